/** An e-mail address that goes on in the next line after the @, and after a point only where it must. */
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

/** Stays on one line if it has room on one. */
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
