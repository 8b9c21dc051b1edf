import { useShotsPaneQuery } from '../../graphql/hooks';
import { useDesk } from '../frame/project';

interface ShotPickerProps {
  label: string;
  /** Empty: none. */
  value: string;
  onChange(shotId: string): void;
}

export function ShotPicker({ label, value, onChange }: ShotPickerProps) {
  const { project } = useDesk();
  const { data } = useShotsPaneQuery({ projectId: project.id, previews: 0 });
  return (
    <label className="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">No shot, only the gallery</option>
        {(data?.shots?.nodes ?? []).map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
