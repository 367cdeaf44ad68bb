/** A flaw of the page as it comes out of ClickHouse, and the smallest change of its text that mends it. */
interface PageRepair {
  /** The files it stands in: names end in a hash, so only the part before is given. */
  readonly path: RegExp;
  readonly flaw: RegExp;
  readonly mended: string;
}

const REPAIRS: readonly PageRepair[] = [
  {
    // The search page takes a saved search's id from the third part of its path, /search/ID. Here the path is
    // /clickstack/search/ID: saved searches don't open, and Search without an id takes "search" for one and shows nothing.
    path: /^\/clickstack\/_next\/static\/chunks\/pages\/search(\/%5BsavedSearchId%5D)?-[0-9a-f]+\.js$/i,
    flaw: /3===(\w+)\.length\?\1\[2\]:null/,
    mended: '4===$1.length?$1[3]:null',
  },
  {
    // The service map puts its source back into the address when it is gone from there, also where that is because the visitor left: a saved
    // search that is opened from the map finds a source in its address, takes the rest of its query to be empty, and shows every span.
    path: /^\/clickstack\/_next\/static\/chunks\/pages\/service-map-[0-9a-f]+\.js$/i,
    flaw: /(\w+)!==(\w+)&&(\w+)\(\1\?\?null\)/,
    mended: '$1!==$2&&window.location.pathname.endsWith("/service-map")&&$3($1??null)',
  },
];

/** How to mend the file at `path`, or undefined when it is to be passed on as it is. */
export function repairFor(path: string): ((text: string) => string) | undefined {
  const repairs = REPAIRS.filter((repair) => repair.path.test(path));
  if (repairs.length === 0) return undefined;
  return (text) => repairs.reduce((mended, repair) => mended.replace(repair.flaw, repair.mended), text);
}
