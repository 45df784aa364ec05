import { formatScore, SEVERITY_NAMES, type Severity, scoreOf, severityOf } from './severity.ts';
import classes from './severity-mark.module.css';

/** Shape of a band: tells it apart without colour. */
export function SeverityShape({ severity, size = 12 }: { severity: Severity; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 12 12"
      className={classes.shape}
      data-severity={severity}
      aria-hidden="true"
    >
      {severity === 'critical' && <path d="M6 0 12 6 6 12 0 6Z" />}
      {severity === 'high' && <path d="M6 .8 11.800 11.200H.2Z" />}
      {severity === 'medium' && <rect x="1.200" y="1.200" width="9.600" height="9.600" rx="1" />}
      {severity === 'low' && <circle cx="6" cy="6" r="4.800" />}
      {severity === 'none' && <circle cx="6" cy="6" r="3.800" className={classes.hollow} />}
    </svg>
  );
}

/** A score with its band's shape and colour; the name of the band for those who do not see them. */
export function SeverityMark({ score, large = false }: { score: unknown; large?: boolean }) {
  const value = scoreOf(score);
  const severity = severityOf(score);
  return (
    <span className={classes.mark} data-severity={severity} data-large={large || undefined}>
      <SeverityShape severity={severity} size={large ? 18 : 11} />
      {value === null ? (
        <span aria-hidden="true">–</span>
      ) : (
        <span className={classes.score}>{formatScore(value)}</span>
      )}
      <span className="sk-hidden">{SEVERITY_NAMES[severity]}</span>
    </span>
  );
}
