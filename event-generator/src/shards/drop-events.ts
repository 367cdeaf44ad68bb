import type { DropObserver } from '../snkrs/drop-report.ts';

/** What an observer of a drop hears, as plain data. */
export type DropEvent = {
  [Name in keyof DropObserver]: { readonly name: Name; readonly said: Parameters<DropObserver[Name]>[0] };
}[keyof DropObserver];

/** An observer that hands on what it hears. */
export function observeAsEvents(hear: (event: DropEvent) => void): DropObserver {
  return {
    dropStarted: (said) => hear({ name: 'dropStarted', said }),
    phaseStarted: (said) => hear({ name: 'phaseStarted', said }),
    dropEnded: (said) => hear({ name: 'dropEnded', said }),
    incidentChanged: (said) => hear({ name: 'incidentChanged', said }),
  };
}

/** Tells an observer of an event. */
export function tellObserver(observer: DropObserver, event: DropEvent): void {
  if (event.name === 'dropStarted') observer.dropStarted(event.said);
  else if (event.name === 'phaseStarted') observer.phaseStarted(event.said);
  else if (event.name === 'dropEnded') observer.dropEnded(event.said);
  else observer.incidentChanged(event.said);
}
