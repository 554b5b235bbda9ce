/** The logo and the name of the organisation. */
import classes from './brand.module.css';

export function Brand({ organisation }: { organisation: string }) {
  return (
    <span className={classes.brand}>
      <img src="/icon.svg" alt="" width={26} height={26} />
      <span className={classes.name}>{organisation === '' ? 'kreis' : organisation}</span>
    </span>
  );
}
