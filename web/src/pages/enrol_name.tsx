// What its owner calls an MFA device.
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Enrolled, Failure, asFailure, post } from '../api';
import { kindName } from '../kind';
import { useFocus, useTitle } from '../page';
import { Submit } from '../parts/button';
import { Banner, useSpoken } from '../parts/error';
import { describedBy, Field, type Wrong } from '../parts/field';
import { Slip } from '../parts/slip';
import { rich, t } from '../text';
import { type SetUpProps, enrolStub } from './enrol';

const NAME_MAX = 64;

export function nameProblem(name: string): string | null
{
	const length = [...name.trim()].length;
	return length === 0 ? t('enrol.name_empty') : length > NAME_MAX ? t('enrol.name_long') : null;
}

export function NameInput({ kind, value, wrong, busy, input, onInput }: {
	kind: string;
	value: string;
	wrong: Wrong;
	busy: boolean;
	input: RefObject<HTMLInputElement | null>;
	onInput: (name: string) => void;
})
{
	return (
		<Field id="name" label={t('enrol.name')} hint={t(kind === 'security_key' ? 'enrol.name_hint_key' : 'enrol.name_hint')} wrong={wrong}>
			<input ref={input} id="name" class="input" value={value} autocomplete="off" readOnly={busy}
				aria-invalid={wrong !== null} aria-describedby={describedBy('name', wrong, true)}
				onInput={(e) => onInput(e.currentTarget.value)} />
		</Field>
	);
}

// It is enrolled already; what is asked is what to call it. `kind` is what was asked for: what came
// may be another.
export function NameIt({ enrolled, kind, who, organization, next, isFirst, onNamed }: Pick<SetUpProps, 'who' | 'organization' | 'next' | 'isFirst'> & {
	enrolled: Enrolled;
	kind: string;
	onNamed: (name: string) => void;
})
{
	const input = useFocus<HTMLInputElement>();
	const [name, setName] = useState(enrolled.name);
	const [wrong, setWrong] = useState<Wrong>(null);
	const [saving, setSaving] = useState(false);
	const busy = useRef(false);
	const failure = wrong instanceof Failure ? wrong : null;
	useTitle(t('enrol.added_title'), organization, wrong !== null);
	useSpoken(failure);
	// Typing replaces what we called it.
	useLayoutEffect(() => input.current?.select(), []);

	const refuse = (reason: Wrong) => {
		setWrong(reason);
		input.current?.focus();
		input.current?.select();
	};
	const save = async (e: Event) => {
		e.preventDefault();
		if (busy.current)
			return;
		const problem = nameProblem(name);
		if (problem)
			return refuse(problem);
		if (name.trim() === enrolled.name)
			return onNamed(enrolled.name);
		busy.current = true;
		setSaving(true);
		try {
			await post(`/me/devices/${enrolled.id}/rename`, { name: name.trim() });
			return onNamed(name.trim());
		} catch (caught) {
			refuse(asFailure(caught));
			busy.current = false;
			setSaving(false);
		}
	};

	return (
		<Slip {...enrolStub(who, enrolled.kind, organization)} edge={enrolled.id} failure={failure}
			foot={<>{isFirst && <p>{rich('enrol.second', { address: <span class="mono">{location.host}/<wbr />account/<wbr />devices</span> })}</p>}<p>{next}</p></>}>
			<h1>{t('enrol.added_title')}</h1>
			{enrolled.kind !== kind && (
				<Banner kind="warn" title={t('enrol.other_kind_title', { kind: kindName(enrolled.kind) })}>
					{t(kind === 'security_key' ? 'enrol.other_kind_key' : 'enrol.other_kind_bio')}</Banner>
			)}
			{enrolled.model && <p class="muted">{t('enrol.model', { model: enrolled.model })}</p>}
			{enrolled.is_synced && <p class="muted">{t('enrol.synced')}</p>}
			<form class="stack" noValidate onSubmit={save}>
				<NameInput kind={enrolled.kind} value={name} wrong={wrong} busy={saving} input={input} onInput={setName} />
				<Submit busy={saving} busyLabel={t('checking')}>{t('enrol.save_name')}</Submit>
				{failure && failure.code !== 'name_taken' && (
					<button type="button" class="btn quiet wide" onClick={() => onNamed(enrolled.name)}>
						{t('enrol.keep_name', { name: enrolled.name })}</button>
				)}
			</form>
		</Slip>
	);
}
