/** Distances of the bars' field from the edges of the chart, in pixels. */
export const FIELD = { left: 52, right: 16, top: 10, bottom: 22 } as const;
