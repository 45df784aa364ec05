import { type Source, triageRules, triageScore } from '../../fields/triage.ts';
import { formatScore } from '../../severity/severity.ts';
import classes from './score-reasons.module.css';
import { Section } from './section.tsx';

/** Why the event scored: each rule with its points, what it saw, and what it is for. */
export function ScoreReasons({ source }: { source: Source }) {
  const rules = triageRules(source);
  const score = triageScore(source);
  if (rules.length === 0 && score === null) return null;
  const most = Math.max(1, ...rules.map((rule) => rule.points ?? 0));
  return (
    <Section
      name="Why it scored"
      side={score !== null && <span className={classes.sum}>score {formatScore(score)}</span>}
    >
      {rules.length === 0 && <p className={classes.comment}>No rule left its name with the score.</p>}
      <ol className={classes.rules}>
        {rules.map((rule) => (
          <li key={rule.index} className={classes.rule}>
            <div className={classes.points}>
              {rule.points === null ? rule.score || '–' : formatScore(rule.points)}
              <span
                className={classes.bar}
                style={{ width: `${(100 * Math.max(0, rule.points ?? 0)) / most}%` }}
              />
            </div>
            <div className={classes.text}>
              <div className={classes.name}>{rule.name}</div>
              {rule.reason && <div className={classes.reason}>{rule.reason}</div>}
              {rule.comment && <div className={classes.comment}>{rule.comment}</div>}
            </div>
          </li>
        ))}
      </ol>
    </Section>
  );
}
