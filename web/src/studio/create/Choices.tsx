import type { TaskType } from '../frame/project';
import { count } from '../parts/words';
import {
  ASPECT_RATIOS,
  choiceOf,
  hasLength,
  isTreatment,
  LONGEST_SECONDS,
  modelTypesOf,
  MOST_TASKS,
  resolutionsOf,
  type Wish,
} from './order';

interface ChoicesProps {
  type: TaskType;
  wish: Wish;
  onChange(patch: Partial<Wish>): void;
}

const upTo = (most: number) => Array.from({ length: most }, (_, index) => String(index + 1));

/** What the type leaves open, and what has a price. */
export function Choices({ type, wish, onChange }: ChoicesProps) {
  const resolutions = resolutionsOf(type);
  const modelTypes = modelTypesOf(type);
  return (
    <div className="create-choices">
      <Choice
        label="How many"
        value={String(wish.count)}
        choices={upTo(MOST_TASKS)}
        onChange={(many) => onChange({ count: Number(many) })}
      />
      {!isTreatment(type) && (
        <Choice
          label="Shape"
          value={wish.aspectRatio}
          choices={ASPECT_RATIOS}
          onChange={(aspectRatio) => onChange({ aspectRatio })}
        />
      )}
      {resolutions.length > 0 && (
        <Choice
          label="Size"
          value={choiceOf(resolutions, wish.resolution)}
          choices={resolutions}
          onChange={(resolution) => onChange({ resolution })}
        />
      )}
      {modelTypes.length > 1 && (
        <Choice
          label="Model"
          value={choiceOf(modelTypes, wish.modelType)}
          choices={modelTypes}
          onChange={(modelType) => onChange({ modelType })}
        />
      )}
      {hasLength(type) && (
        <Choice
          label="Length"
          value={String(wish.seconds)}
          choices={upTo(LONGEST_SECONDS)}
          nameOf={(seconds) => count(Number(seconds), 'second')}
          onChange={(seconds) => onChange({ seconds: Number(seconds) })}
        />
      )}
      <label className="field">
        <span>Seed</span>
        <input
          inputMode="numeric"
          placeholder="by chance"
          value={wish.seed}
          onChange={(event) => onChange({ seed: event.target.value.replaceAll(/\D/g, '').slice(0, 9) })}
        />
      </label>
    </div>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  choices: readonly string[];
  nameOf?(choice: string): string;
  onChange(value: string): void;
}

function Choice({ label, value, choices, nameOf = (choice) => choice, onChange }: ChoiceProps) {
  return (
    <label className="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {nameOf(choice)}
          </option>
        ))}
      </select>
    </label>
  );
}
