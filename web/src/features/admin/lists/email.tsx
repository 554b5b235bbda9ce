/** An e-mail address that breaks after the @, and at a point only if a part does not fit on a line. */
import { Fragment } from 'react';
import classes from './list.module.css';

export function Email({ address }: { address: string }) {
  const at = address.lastIndexOf('@') + 1;
  return (
    <span data-email>
      <Part text={address.slice(0, at)} />
      <Part text={address.slice(at)} />
    </span>
  );
}

/** Stays on one line if it fits. */
function Part({ text }: { text: string }) {
  return (
    <span className={classes.emailPart}>
      {text.split(/(?=\.)/).map((piece, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one address keep their places.
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {piece}
        </Fragment>
      ))}
    </span>
  );
}
