import { useState } from 'react';
import { absoluteRange, type TimeRangeText } from '../time/time-range.ts';

interface Zoom {
  readonly before: TimeRangeText;
  readonly into: TimeRangeText;
}

/** Zooming into the histogram and out again. A range chosen otherwise (typed, a link, back) ends what could be undone. */
export function useZoom(
  range: TimeRangeText,
  setRange: (range: TimeRangeText) => void,
): { readonly zoom: (from: number, to: number) => void; readonly undo: (() => void) | null } {
  const [zooms, setZooms] = useState<readonly Zoom[]>([]);
  const last = zooms.findLast((one) => one.into.from === range.from && one.into.to === range.to);
  return {
    zoom: (from, to) => {
      const into = absoluteRange(from, to);
      setZooms([...(last ? zooms : []), { before: range, into }]);
      setRange(into);
    },
    undo: last
      ? () => {
          setZooms(zooms.slice(0, zooms.indexOf(last)));
          setRange(last.before);
        }
      : null,
  };
}
