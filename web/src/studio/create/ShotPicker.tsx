import { useShotChoices } from '../frame/useShotChoices';

interface ShotPickerProps {
  label: string;
  /** Empty: none. */
  value: string;
  onChange(shotId: string): void;
}

export function ShotPicker({ label, value, onChange }: ShotPickerProps) {
  const shots = useShotChoices();
  return (
    <label className="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">No shot, only the gallery</option>
        {shots.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
