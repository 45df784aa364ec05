import { Button, Skeleton } from '@mantine/core';
import { IconArrowUpRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { callApi } from '../../api/client.ts';
import type { WireSearchRequest, WireSearchResponse, WireSearchResult } from '../../api/wire.ts';
import { FailureNote } from '../../app/failure-note.tsx';
import { usePreferences } from '../../app/preferences.ts';
import { fieldText, triageRules, triageScore } from '../../fields/triage.ts';
import { severityOf } from '../../severity/severity.ts';
import { SeverityShape } from '../../severity/severity-mark.tsx';
import { formatCount, formatSpan, formatTime } from '../../time/format-time.ts';
import { absoluteRange } from '../../time/time-range.ts';
import { DEFAULT_SORT } from '../alert-address.ts';
import type { ChangeState } from '../use-alert-state.ts';
import { Section } from './section.tsx';
import classes from './story.module.css';
import { STORY_SPAN_MS, storyQueryText } from './story-query.ts';

const SHOWN = 12;

/** What the same hosts did just before and after. */
export function Story({ event, onState }: { event: WireSearchResult; onState: ChangeState }) {
  const { zone } = usePreferences();
  const at = Number(event.source['timestamp']);
  const query = storyQueryText(event.source);
  const usable = query !== null && Number.isFinite(at);
  const range = { from: at - STORY_SPAN_MS, to: at + STORY_SPAN_MS };
  const story = useQuery({
    queryKey: ['events', 'story', event.id, query],
    enabled: usable,
    queryFn: ({ signal }) => {
      const body: WireSearchRequest = {
        query: query ?? '*',
        size: 200,
        timeRange: range,
        sort: [{ field: 'timestamp', sortOrder: 'asc' }],
      };
      return callApi<WireSearchResponse>('search/search', { method: 'POST', body, signal });
    },
  });
  if (!usable) return null;

  const show = (row: WireSearchResult) => onState({ open: row.id });
  const around = story.data ? nearest(story.data.results, event.id, at) : [];
  return (
    <Section
      name={`Same hosts, ± ${formatSpan(STORY_SPAN_MS)}`}
      side={
        <Button
          variant="subtle"
          rightSection={<IconArrowUpRight size={14} />}
          onClick={() =>
            onState({
              query,
              filters: [],
              view: 'all',
              columns: null,
              sort: { ...DEFAULT_SORT, order: 'asc' },
              range: absoluteRange(range.from, range.to),
              open: event.id,
            })
          }
        >
          {story.data ? `Show all ${formatCount(story.data.total)}` : 'Show as a search'}
        </Button>
      }
    >
      {story.isError && (
        <FailureNote
          doing="Reading what happened around it"
          error={story.error}
          retry={() => void story.refetch()}
        />
      )}
      {story.isPending && <Skeleton height={84} />}
      <ol className={classes.story}>
        {around.map((row) => {
          const time = Number(row.source['timestamp']);
          return (
            <li key={row.id}>
              <button
                type="button"
                className={classes.event}
                aria-current={row.id === event.id || undefined}
                onClick={() => show(row)}
              >
                <span className={classes.offset} title={formatTime(time, zone)}>
                  {row.id === event.id
                    ? 'this'
                    : `${time < at ? '−' : '+'}${formatSpan(Math.abs(time - at))}`}
                </span>
                <SeverityShape severity={severityOf(triageScore(row.source))} size={10} />
                <span className={classes.sensor}>{fieldText(row.source, 'source.type') || row.index}</span>
                <span className={classes.text}>{describe(row)}</span>
              </button>
            </li>
          );
        })}
      </ol>
    </Section>
  );
}

/** The events closest in time, in order. */
function nearest(rows: readonly WireSearchResult[], guid: string, at: number): readonly WireSearchResult[] {
  const distance = (row: WireSearchResult) =>
    row.id === guid ? -1 : Math.abs(Number(row.source['timestamp']) - at);
  const kept = new Set(rows.toSorted((a, b) => distance(a) - distance(b)).slice(0, SHOWN));
  return rows.filter((row) => kept.has(row));
}

function describe(row: WireSearchResult): string {
  const rule = triageRules(row.source)[0];
  if (rule) return rule.name;
  const flow = [fieldText(row.source, 'ip_src_addr'), fieldText(row.source, 'ip_dst_addr')]
    .filter(Boolean)
    .join(' → ');
  const port = fieldText(row.source, 'ip_dst_port');
  return flow ? `${flow}${port ? `:${port}` : ''}` : fieldText(row.source, 'original_string').slice(0, 160);
}
