// The rule builder: who fits. Any of include, all of require, none of exclude.
import { Icon } from '../../parts/icon';
import { COUNTRIES } from '../countries';
import { KINDS, type FieldOf } from '../rule_kinds';
import { choices, emptyRule, fieldName, kindName, kindOf, known, type Names, ruleFault, ruleWords, valueOf, withValue } from '../rules';
import { t } from '../text';
import type { Rule, Rules } from '../types';
import { Badge } from './bits';
import { Choose, type Option, Text } from './fields';

function FieldInput({ id, rule, field, names, off, wrong, onChange }: {
	id: string;
	rule: Rule;
	field: FieldOf;
	names: Names;
	off: boolean;
	wrong: string | null;
	onChange: (rule: Rule) => void;
})
{
	const value = valueOf(rule, field.name);
	const set = (v: string) => onChange(withValue(rule, field.name, v));
	if (field.source === 'text')
		return <Text id={id} label={fieldName(field.name)} value={value} off={off} wrong={wrong} {...(field.optional ? { hint: t('optional') } : {})} onChange={set} />;
	const options: Option[] = field.source === 'country' ? COUNTRIES : choices(field.source, names);
	const all: Option[] = [['', t('rules.choose')], ...(value !== '' && !options.some(([v]) => v === value) ? [[value, value] as Option] : []), ...options];
	return <Choose id={id} label={fieldName(field.name)} value={value} off={off} wrong={wrong} options={all} onChange={set} />;
}

function Row({ id, rule, names, off, strict, noIdentity, onChange, onRemove }: {
	id: string;
	rule: Rule;
	names: Names;
	off: boolean;
	strict: boolean; // say what is missing
	noIdentity: boolean;
	onChange: (rule: Rule) => void;
	onRemove: () => void;
})
{
	const name = kindOf(rule);
	const kind = known(name);
	const fault = strict ? ruleFault(rule) : null;
	const group = (judged: boolean) => Object.entries(KINDS).filter(([, k]) => k.judged === judged).map(([k]) => <option key={k} value={k}>{kindName(k)}</option>);
	return (
		<li>
			<div class="field">
				<label for={`${id}-kind`}>{t('rules.kind')}</label>
				<select id={`${id}-kind`} class="input" value={name} disabled={off} onChange={(e) => onChange(emptyRule(e.currentTarget.value))}>
					{!kind && <option value={name}>{name}</option>}
					<optgroup label={t('rules.judged')}>{group(true)}</optgroup>
					<optgroup label={t('rules.not_judged')}>{group(false)}</optgroup>
				</select>
			</div>
			<div class="inputs">
				{kind?.fields.map((f) => <FieldInput key={f.name} id={`${id}-${f.name}`} rule={rule} field={f} names={names} off={off} onChange={onChange}
					wrong={fault?.field === f.name ? fault.why : null} />)}
				{!kind && <code class="said">{JSON.stringify(rule)}</code>}
				{kind?.fields.length === 0 && <p class="said muted">{t(name === 'everyone' ? 'rules.everyone' : 'rules.nothing_more')}</p>}
				{kind && !kind.judged && <p class="said"><Badge kind="warn" icon="alert">{t('not_judged')}</Badge> {t('rules.not_judged_why')}</p>}
				{kind?.judged && kind.identity && noIdentity && <p class="said"><Badge kind="warn" icon="alert">{t('rules.never_holds')}</Badge> {t('rules.never_holds_why')}</p>}
			</div>
			{!off ? <button type="button" class="btn icon" aria-label={t('rules.remove', { rule: ruleWords(rule, names) })} onClick={onRemove}><Icon name="x" /></button> : <span />}
		</li>
	);
}

const PARTS = ['include', 'require', 'exclude'] as const;

export function RuleBuilder({ value, names, off, strict, noIdentity = false, onChange }: {
	value: Rules;
	names: Names;
	off: boolean;
	strict: boolean;
	noIdentity?: boolean;
	onChange: (value: Rules) => void;
})
{
	return (
		<>
			{PARTS.map((part) => {
				const rules = value[part];
				const set = (list: Rule[]) => onChange({ ...value, [part]: list });
				const add = () => {
					set([...rules, emptyRule('email')]);
					setTimeout(() => document.getElementById(`${part}-${rules.length}-kind`)?.focus(), 0);
				};
				return (
					<fieldset class="rules-part" key={part}>
						<legend>{t(`rules.${part}`)}</legend>
						<p class="muted">{t(`rules.${part}.why`)}</p>
						{strict && part === 'include' && rules.length === 0 && <p class="field bad"><span class="err"><Icon name="alert" /> {t('rules.include_empty')}</span></p>}
						<ol class="rules">{rules.map((rule, i) => (
							<Row key={i} id={`${part}-${i}`} rule={rule} names={names} off={off} strict={strict} noIdentity={noIdentity}
								onChange={(next) => set(rules.map((r, n) => (n === i ? next : r)))}
								onRemove={() => {
									set(rules.filter((_, n) => n !== i));
									document.getElementById(`${part}-add`)?.focus();
								}} />
						))}</ol>
						{!off && <button type="button" class="btn" id={`${part}-add`} onClick={add}><Icon name="plus" /> {t(`rules.${part}.add`)}</button>}
					</fieldset>
				);
			})}
		</>
	);
}

// The first thing that is wrong, with the focus on it.
export function rulesProblem(value: Rules): string | null
{
	if (value.include.length === 0) {
		document.getElementById('include-add')?.focus();
		return t('rules.include_empty');
	}
	for (const part of PARTS) {
		const faults = value[part].map(ruleFault);
		const at = faults.findIndex((f) => f !== null);
		const fault = faults[at];
		if (fault) {
			document.getElementById(`${part}-${at}-${fault.field}`)?.focus();
			return fault.why;
		}
	}
	return null;
}

// "Group Engineering; and IP list Harbour office; not Country North Korea"
export function rulesSummary(value: Rules, names: Names): string
{
	const words = (rules: Rule[], joiner: string) => rules.map((r) => ruleWords(r, names)).join(` ${joiner} `);
	return [
		words(value.include, t('rules.or')),
		value.require.length > 0 && t('rules.and_all', { rules: words(value.require, t('rules.and')) }),
		value.exclude.length > 0 && t('rules.but_not', { rules: words(value.exclude, t('rules.or')) }),
	].filter(Boolean).join('; ');
}
