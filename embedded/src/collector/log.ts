/** Says something to the person who runs the collector, in one line. */
export type Log = (line: string) => void;

/** A trouble that lasts: told when it begins and when it is over, not at each of its occurrences. */
export interface Episode {
  begin(line: string): void;
  end(line: string): void;
}

/** An episode that has not begun. */
export function createEpisode(log: Log): Episode {
  let isOn = false;
  return {
    begin: (line) => {
      if (!isOn) log(line);
      isOn = true;
    },
    end: (line) => {
      if (isOn) log(line);
      isOn = false;
    },
  };
}
