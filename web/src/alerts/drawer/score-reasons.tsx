import { type Source, triageRules, triageScore } from '../../fields/triage.ts';
import { formatScore } from '../../severity/severity.ts';
import classes from './score-reasons.module.css';
import { Section } from './section.tsx';

/** A rule whose score is an expression says its points only where it is alone: they are the event's score then. */
function pointsOf(rule: { points: number | null }, rules: number, score: number | null): string {
  if (rule.points !== null) return formatScore(rule.points);
  return rules === 1 && score !== null ? formatScore(score) : 'ƒ';
}

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
              {pointsOf(rule, rules.length, score)}
              <span
                className={classes.bar}
                style={{ width: `${(100 * Math.max(0, rule.points ?? 0)) / most}%` }}
              />
            </div>
            <div className={classes.text}>
              <div className={classes.name}>{rule.name}</div>
              {rule.reason && <div className={classes.reason}>{rule.reason}</div>}
              {rule.comment && <div className={classes.comment}>{rule.comment}</div>}
              {rule.points === null && rule.score && (
                <div className={classes.comment}>
                  Score: <code>{rule.score}</code>
                </div>
              )}
            </div>
          </li>
        ))}
      </ol>
    </Section>
  );
}
