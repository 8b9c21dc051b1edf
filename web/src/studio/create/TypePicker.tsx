import type { TaskType } from '../frame/project';
import { isTreatment } from './order';

interface TypePickerProps {
  types: readonly TaskType[];
  type: TaskType;
  onChange(name: string): void;
}

const GROUPS: [name: string, has: (type: TaskType) => boolean][] = [
  ['Pictures', (type) => !isTreatment(type) && type.contentType === 'IMAGE'],
  ['Clips', (type) => !isTreatment(type) && type.contentType === 'VIDEO'],
  ['Others', (type) => !isTreatment(type) && type.contentType === null],
  ['Another version of it', isTreatment],
];

export function TypePicker({ types, type, onChange }: TypePickerProps) {
  return (
    <label className="field">
      <span>Kind</span>
      <select value={type.name} onChange={(event) => onChange(event.target.value)}>
        {GROUPS.map(([name, has]) => {
          const group = types.filter(has);
          return (
            group.length > 0 && (
              <optgroup key={name} label={name}>
                {group.map((each) => (
                  <option key={each.id} value={each.name}>
                    {each.displayName}
                  </option>
                ))}
              </optgroup>
            )
          );
        })}
      </select>
    </label>
  );
}
