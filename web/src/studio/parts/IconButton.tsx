import type { ButtonHTMLAttributes } from 'react';
import { Icon, type IconName } from './Icon';

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  icon: IconName;
  /** What it does: read out, and shown when the pointer rests on it. */
  label: string;
  /** For one that is on or off. */
  pressed?: boolean;
  quiet?: boolean;
  filled?: boolean;
  size?: number;
}

export function IconButton(props: IconButtonProps) {
  const { icon, label, pressed, quiet = true, filled = false, size = 20, className = '', ...rest } = props;
  return (
    <button
      type="button"
      className={`icon-button ${quiet ? 'quiet' : ''} ${className}`}
      aria-label={label}
      title={label}
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
      {...rest}
    >
      <Icon name={icon} filled={filled} size={size} />
    </button>
  );
}
