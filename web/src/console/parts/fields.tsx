// Inputs of the forms: the label always visible, what is wrong between label and input.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Field, describedBy } from '../../parts/field';
import { t } from '../text';
import { METHODS, type Method } from '../types';
import { durationFault, durationWords, methodName } from '../words';

interface Props { id: string; label: string; hint?: ComponentChildren; wrong?: string | null; off?: boolean }

export function Text({ id, label, hint, wrong = null, off = false, value, onChange, mono = false, lines = 0, placeholder, secret = false, max }: Props & {
	value: string;
	onChange: (value: string) => void;
	mono?: boolean;
	lines?: number;
	placeholder?: string;
	secret?: boolean;
	max?: number;
})
{
	const common = {
		id, value, disabled: off, 'aria-invalid': wrong !== null, 'aria-describedby': describedBy(id, wrong, Boolean(hint)),
		class: mono ? 'input mono' : 'input', spellcheck: !mono, autocomplete: 'off' as const, ...(max ? { maxLength: max } : {}), ...(placeholder ? { placeholder } : {}),
	};
	return (
		<Field id={id} label={label} hint={hint} wrong={wrong}>
			{lines > 0
				? <textarea {...common} rows={lines} onInput={(e) => onChange(e.currentTarget.value)} />
				: <input {...common} {...(secret ? { type: 'password' as const } : { type: 'text' as const })} onInput={(e) => onChange(e.currentTarget.value)} />}
		</Field>
	);
}

export type Option = [value: string, label: string];

export function Choose({ id, label, hint, wrong = null, off = false, value, options, onChange, bare = false }: Props & {
	value: string;
	options: Option[];
	onChange: (value: string) => void;
	bare?: boolean; // the label is for screen readers alone
})
{
	const select = (
		<select id={id} class="input" value={value} disabled={off} aria-describedby={describedBy(id, wrong, Boolean(hint))}
			onChange={(e) => onChange(e.currentTarget.value)}>
			{options.map(([v, words]) => <option key={v} value={v}>{words}</option>)}
		</select>
	);
	if (bare)
		return <><label class="vh" for={id}>{label}</label>{select}</>;
	return <Field id={id} label={label} hint={hint} wrong={wrong}>{select}</Field>;
}

const OWN = 'own';

// A length of time: the usual ones, or one's own ("90m", "1h30m").
export function Duration({ id, label, hint, off = false, value, presets, none, onChange, bare = false }: Props & {
	value: string; // empty: `none`
	presets: string[];
	none?: string;
	onChange: (value: string) => void;
	bare?: boolean;
})
{
	const [custom, setCustom] = useState(value !== '' && !presets.includes(value));
	const options: Option[] = [...(none ? [['', none] as Option] : []), ...presets.map((p): Option => [p, durationWords(p)]), [OWN, t('duration.own')]];
	const wrong = custom && value !== '' ? durationFault(value) : null;
	return (
		<div class="row top duration">
			<div class={bare ? '' : 'grow'}>
				<Choose id={id} label={label} hint={hint} off={off} bare={bare} value={custom ? OWN : value} options={options} onChange={(v) => {
					setCustom(v === OWN);
					if (v !== OWN)
						onChange(v);
				}} />
			</div>
			{custom && (
				<div class="own">
					<Text id={`${id}-own`} label={t('duration.length')} hint={t('duration.hint')} wrong={wrong} off={off} mono value={value} onChange={(v) => onChange(v.trim())} />
				</div>
			)}
		</div>
	);
}

// The methods that people may use. `end`: what stands at the right of a row.
export function Methods({ id, value, off = false, among = METHODS, end, onChange }: {
	id: string;
	value: Method[];
	off?: boolean;
	among?: Method[]; // others are shown as not allowed above
	end?: (method: Method) => ComponentChildren;
	onChange: (value: Method[]) => void;
})
{
	return (
		<ul class="pick">{METHODS.map((m) => {
			const allowed = among.includes(m);
			return (
				<li key={m}>
					<label class="check">
						<input id={`${id}-${m}`} type="checkbox" checked={value.includes(m)} disabled={off || (!allowed && !value.includes(m))}
							onChange={(e) => onChange(METHODS.filter((x) => (x === m ? e.currentTarget.checked : value.includes(x))))} />
						<span class="grow"><strong>{methodName(m)}</strong><span class="d">{allowed ? t(`method.${m}.about`) : t('method.not_allowed')}</span></span>
						{end && <span class="end">{end(m)}</span>}
					</label>
				</li>
			);
		})}</ul>
	);
}

export function Radios<V extends string>({ legend, name, value, off = false, options, onChange }: {
	legend: string;
	name: string;
	value: V;
	off?: boolean;
	options: { value: V; label: string; hint?: ComponentChildren; more?: ComponentChildren }[];
	onChange: (value: V) => void;
})
{
	return (
		<fieldset class="radios"><legend class="vh">{legend}</legend>
			{options.map((o) => (
				<div key={o.value}>
					<label class="check">
						<input type="radio" name={name} checked={value === o.value} disabled={off} onChange={() => onChange(o.value)} />
						<span><strong>{o.label}</strong>{o.hint && <span class="d">{o.hint}</span>}</span>
					</label>
					{value === o.value && o.more && <div class="more">{o.more}</div>}
				</div>
			))}
		</fieldset>
	);
}
