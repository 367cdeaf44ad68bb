import { type SeededList, seedPage } from './seed-page.ts';
import type { Entity, ShippedContent } from './shipped-content.ts';

/** Where the page sends its queries; the gateway answers nothing else there. */
export const QUERY_PATH = '/query';

/**
 * The text of `/__ENV.js`, which the page loads before anything of its own: connection and sources through its environment,
 * dashboards and saved searches through localStorage. There is no secret in it: the password is the gateway's.
 */
export function pageScript(content: ShippedContent): string {
  const lists: SeededList[] = [
    { key: 'hdx-local-source', items: content.sources, optional: true },
    { key: 'hdx-local-dashboards', items: content.dashboards },
    { key: 'hdx-local-saved-searches', items: content.savedSearches },
    {
      key: 'hdx-local-favorites',
      items: [...favorites('dashboard', content.dashboards), ...favorites('savedSearch', content.savedSearches)],
    },
  ];
  const defaults = {
    'hdx-last-selected-source-id': JSON.stringify(landingSource(content).id),
    // Its banner speaks of production and of saved searches that don't work (here they do), and pushes the page out of view.
    'clickstack-banner-state': JSON.stringify('closed'),
  };
  return `'use strict';
try {
  (${seedPage})(localStorage, ${literal(lists)}, ${literal(defaults)});
} catch (error) {
  console.warn('click-ai: no dashboards and saved searches, the browser refuses localStorage:', error);
}
window.__ENV = {
  NEXT_PUBLIC_HDX_LOCAL_DEFAULT_CONNECTIONS: JSON.stringify([
    { ...${literal(content.connection)}, host: location.origin + ${literal(QUERY_PATH)}, username: 'hyperdx', password: '' },
  ]),
  NEXT_PUBLIC_HDX_LOCAL_DEFAULT_SOURCES: JSON.stringify(${literal(content.sources)}),
};
`;
}

/** Where a visitor of `/` lands: live traces. */
export function landingPath(content: ShippedContent): string {
  return `/clickstack/search?source=${landingSource(content).id}&isLive=true&refreshFrequency=4000`;
}

function landingSource(content: ShippedContent): Entity {
  return content.sources.find((source) => source.kind === 'trace') ?? content.sources[0]!;
}

/** Starred, so that they stand in the page's side bar. */
function favorites(resourceType: 'dashboard' | 'savedSearch', items: readonly Entity[]): Entity[] {
  return items.map(({ id }) => ({ id: `${resourceType}-${id}`, resourceType, resourceId: id }));
}

/** JSON is JavaScript; `<` is escaped so that the text could stand in an HTML page too. */
function literal(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
