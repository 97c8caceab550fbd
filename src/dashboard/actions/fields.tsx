/** The fields of an action: which it has depends on what is done. */
import type { Action, Given } from "./action.ts";
import { holds } from "./action.ts";

export type Change = (changes: Partial<Given>) => void;

interface FieldsProps {
  readonly action: Action;
  readonly given: Given;
  readonly change: Change;
}

export function Fields({ action, given, change }: FieldsProps) {
  return (
    <>
      <Text label="Reason" value={given.reason} onType={(reason) => change({ reason })} />
      <Text label="Your name" value={given.author} onType={(author) => change({ author })} />
      {action.kind === "pause" && action.scope.kind === "role" && (
        <Select
          label="Direction"
          value={given.direction}
          onPick={(direction) => change({ direction })}
          options={[
            ["both", "in and out"],
            ["in", "in: it gets no machine"],
            ["out", "out: it gives no machine"],
          ]}
        />
      )}
      {action.kind === "forceMachine" && (
        <Select
          label="To"
          value={given.to}
          onPick={(to) => change({ to })}
          options={[...action.roles, "spare"].map((role) => [role, role] as const)}
        />
      )}
      {action.kind === "forceRole" && <Amount given={given} change={change} />}
      {holds(action) && <Expiry action={action} given={given} change={change} />}
      {(action.kind === "forceMachine" || action.kind === "forceRole") && (
        <Tick
          label="Even below a floor"
          isOn={given.overrideFloor}
          onTick={(overrideFloor) => change({ overrideFloor })}
        />
      )}
      {action.kind === "abortRollout" && action.hasWayBack && (
        <Tick label="Leave every machine on what it runs" isOn={given.keep} onTick={(keep) => change({ keep })} />
      )}
    </>
  );
}

function Amount({ given, change }: Omit<FieldsProps, "action">) {
  return (
    <>
      <Select
        label="Force to"
        value={given.how}
        onPick={(how) => change({ how })}
        options={[
          ["count", "a count"],
          ["range", "a range"],
          ["floor", "a floor"],
        ]}
      />
      <Count
        label={given.how === "range" ? "At least" : "Machines"}
        value={given.count}
        onType={(count) => change({ count })}
      />
      {given.how === "range" && <Count label="At most" value={given.most} onType={(most) => change({ most })} />}
    </>
  );
}

const HOLDS = [
  ["30m", "30 minutes"],
  ["1h", "1 hour"],
  ["2h", "2 hours"],
  ["4h", "4 hours"],
  ["8h", "8 hours"],
  ["24h", "1 day"],
  ["until", "until …"],
] as const;

/** Every order ends. A pause of the pool may wait for somebody to resume it, when that is said on purpose. */
function Expiry({ action, given, change }: FieldsProps) {
  const isPool = action.kind === "pause" && action.scope.kind === "pool";
  const options = isPool ? [...HOLDS, ["untilResumed", "until somebody resumes it"] as const] : HOLDS;
  return (
    <>
      <Select label="Holds for" value={given.hold} onPick={(hold) => change({ hold })} options={options} />
      {given.hold === "until" && (
        <label class="field">
          <span>Until</span>
          <input
            type="datetime-local"
            required
            value={given.until}
            onInput={(event) => change({ until: event.currentTarget.value })}
          />
        </label>
      )}
    </>
  );
}

interface TickProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly onTick: (isOn: boolean) => void;
}

const Tick = ({ label, isOn, onTick }: TickProps) => (
  <label class="tick">
    <input type="checkbox" checked={isOn} onChange={(event) => onTick(event.currentTarget.checked)} />
    <span>{label}</span>
  </label>
);

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, title: string])[];
  readonly onPick: (value: string) => void;
}

const Select = ({ label, value, options, onPick }: SelectProps) => (
  <label class="field">
    <span>{label}</span>
    <select value={value} onChange={(event) => onPick(event.currentTarget.value)}>
      {options.map(([one, title]) => (
        <option key={one} value={one}>
          {title}
        </option>
      ))}
    </select>
  </label>
);

interface TextProps {
  readonly label: string;
  readonly value: string;
  readonly onType: (value: string) => void;
}

export const Text = ({ label, value, onType }: TextProps) => (
  <label class="field">
    <span>{label}</span>
    <input
      type="text"
      required
      maxLength={500}
      autocomplete="off"
      value={value}
      onInput={(event) => onType(event.currentTarget.value)}
    />
  </label>
);

const Count = ({ label, value, onType }: TextProps) => (
  <label class="field">
    <span>{label}</span>
    <input
      type="number"
      required
      min={0}
      step={1}
      value={value}
      onInput={(event) => onType(event.currentTarget.value)}
    />
  </label>
);
