import classes from './overview.module.css';

/** Hidden from screen readers, because the number beside it says the same. */
export function ProgressBar({ progress }: { progress: number }) {
  const width = Math.min(Math.max(progress, 0), 100);
  return (
    <svg className={classes.bar} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden>
      <rect className={classes.track} width={100} height={4} />
      <rect className={classes.done} width={width} height={4} />
    </svg>
  );
}
