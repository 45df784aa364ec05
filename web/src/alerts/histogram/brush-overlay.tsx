import { type PointerEvent, useState } from 'react';
import { usePreferences } from '../../app/preferences.ts';
import { SEVERITIES, SEVERITY_NAMES } from '../../severity/severity.ts';
import { SeverityShape } from '../../severity/severity-mark.tsx';
import { formatCount, formatTime } from '../../time/format-time.ts';
import classes from './brush-overlay.module.css';
import { FIELD } from './chart-field.ts';
import type { HistogramData } from './histogram-panel.tsx';

interface BrushOverlayProps {
  data: HistogramData;
  /** Of the whole chart, pixels. */
  width: number;
  onZoom: (from: number, to: number) => void;
}

/** Less than this is a click: it zooms to the bar. */
const LEAST_DRAG = 4;

/** What the pointer does over the bars: counts under it, and a drag that zooms. */
export function BrushOverlay({ data, width, onZoom }: BrushOverlayProps) {
  const { zone } = usePreferences();
  const [at, setAt] = useState<number | null>(null);
  const [start, setStart] = useState<number | null>(null);
  const field = Math.max(1, width - FIELD.left - FIELD.right);

  const timeAt = (x: number) => data.from + (x / field) * (data.to - data.from);
  const place = (event: PointerEvent<HTMLDivElement>) =>
    Math.max(0, Math.min(field, event.clientX - event.currentTarget.getBoundingClientRect().left));
  const bucket =
    at === null
      ? undefined
      : data.buckets.find((one) => timeAt(at) >= one.time && timeAt(at) < one.time + data.interval);

  const release = (event: PointerEvent<HTMLDivElement>) => {
    if (start === null) return;
    const end = place(event);
    setStart(null);
    if (Math.abs(end - start) >= LEAST_DRAG) {
      const [from, to] = [timeAt(Math.min(start, end)), timeAt(Math.max(start, end))];
      onZoom(
        Math.floor(from / 1000) * 1000,
        Math.max(Math.ceil(to / 1000), Math.floor(from / 1000) + 1) * 1000,
      );
    } else if (bucket && data.interval > 1000) {
      onZoom(bucket.time, bucket.time + data.interval);
    }
  };

  const total = bucket ? SEVERITIES.reduce((sum, severity) => sum + bucket[severity], 0) : 0;
  const left = start !== null && at !== null ? Math.min(start, at) : 0;
  const right = start !== null && at !== null ? Math.max(start, at) : 0;

  return (
    <div
      className={classes.field}
      style={{ left: FIELD.left, right: FIELD.right }}
      role="img"
      aria-label={summary(data, zone)}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setStart(place(event));
        setAt(place(event));
      }}
      onPointerMove={(event) => setAt(place(event))}
      onPointerUp={release}
      onPointerCancel={() => setStart(null)}
      onPointerLeave={() => setAt(null)}
    >
      {start !== null && at !== null && right - left >= LEAST_DRAG && (
        <div className={classes.brush} style={{ left, width: right - left }}>
          <span className={classes.range}>
            {formatTime(timeAt(left), zone, 's').slice(5)} – {formatTime(timeAt(right), zone, 's').slice(5)}
          </span>
        </div>
      )}
      {start === null && bucket && at !== null && (
        <>
          <div
            className={classes.bar}
            style={{
              left: ((Math.max(bucket.time, data.from) - data.from) / (data.to - data.from)) * field,
              width: (data.interval / (data.to - data.from)) * field,
            }}
          />
          {total > 0 && (
            <div
              className={classes.tip}
              style={at > field / 2 ? { right: field - at + 14 } : { left: at + 14 }}
            >
              <div className={classes.when}>
                {formatTime(bucket.time, zone, data.interval < 60_000 ? 's' : 'min')} · {formatCount(total)}
              </div>
              {SEVERITIES.filter((severity) => bucket[severity] > 0).map((severity) => (
                <div key={severity} className={classes.line}>
                  <SeverityShape severity={severity} size={10} />
                  {SEVERITY_NAMES[severity]}
                  <span className={classes.count}>{formatCount(bucket[severity])}</span>
                </div>
              ))}
            </div>
          )}
        </>
      )}
    </div>
  );
}

function summary(data: HistogramData, zone: 'local' | 'utc'): string {
  const counts = SEVERITIES.map(
    (severity) => [severity, data.buckets.reduce((sum, one) => sum + one[severity], 0)] as const,
  );
  const parts = counts
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${formatCount(count)} ${SEVERITY_NAMES[severity].toLowerCase()}`);
  return `Events from ${formatTime(data.from, zone, 'min')} to ${formatTime(data.to, zone, 'min')}: ${parts.join(', ') || 'none'}. Drag to zoom; the time range can also be typed.`;
}
