// Whether the account asks its members for a second factor, and whom that reaches.
import { useEffect, useState } from 'preact/hooks';
import { Banner } from '../../parts/error';
import { Field } from '../../parts/field';
import { asRefusal, type Api, type Refusal } from '../api';
import { changesOf, useForm } from '../form';
import { type FactorState, nameOf, roleWords } from '../members';
import { useConsole } from '../session';
import { counted, t } from '../text';
import type { Role } from '../types';
import { day } from '../../time';
import { Badge, Section, Switch } from './bits';
import { FailureBlock } from './failure';
import { Radios } from './fields';
import { SaveBar } from './save';

interface AccountObject {
	name: string;
	type: string;
	settings: { enforce_twofactor: boolean; [more: string]: unknown };
	countersign?: { enforce_after?: string | null; refuse_remembered?: boolean };
}

export interface Demands { on: boolean; after: string; remembered: boolean; object: AccountObject } // after: "2026-12-01", or empty: at once

const twoDigits = (n: number): string => String(n).padStart(2, '0');
const dateOf = (d: Date): string => `${d.getFullYear()}-${twoDigits(d.getMonth() + 1)}-${twoDigits(d.getDate())}`;

// A deadline that has passed is one no longer: it holds now.
export async function demandsOf(api: Api): Promise<Demands>
{
	const object = await api.get<AccountObject>('');
	const after = object.countersign?.enforce_after;
	return {
		on: object.settings.enforce_twofactor, after: after && Date.parse(after) > Date.now() ? dateOf(new Date(after)) : '',
		remembered: !object.countersign?.refuse_remembered, object,
	};
}

const bodyOf = ({ object, on, after, remembered }: Demands) => ({
	name: object.name, type: object.type,
	settings: { ...object.settings, enforce_twofactor: on },
	// The day begins where the owner is.
	countersign: { enforce_after: on && after ? new Date(`${after}T00:00`).toISOString() : null, refuse_remembered: !remembered },
});

interface Preview {
	members: { id: string; email: string; name: string; role: Role; status: 'accepted' | 'pending'; two_factor: FactorState }[];
	affected: number;
	on: number;
	sso: number;
}

function Reached({ preview }: { preview: Preview })
{
	const affected = preview.members.filter((m) => m.two_factor === 'off');
	return (
		<>
			<Banner kind={affected.length > 0 ? 'warn' : 'ok'} title={affected.length > 0 ? counted('enforcement.affected', preview.affected) : t('enforcement.nobody')}>
				{affected.length > 0 && t('enforcement.affected_why')}
				{affected.length > 0 && (
					<ul class="places">{affected.map((m) => (
						<li key={m.id}><a href={`/console/members/${m.id}`}>{nameOf(m)}</a> <span class="muted">{roleWords(m.role)}</span>{m.status === 'pending' && <> <Badge kind="accent">{t('members.pending')}</Badge></>}</li>
					))}</ul>
				)}
			</Banner>
			<p class="muted">{counted('enforcement.have', preview.on)}{preview.sso > 0 && <> {counted('enforcement.sso', preview.sso)}</>}</p>
		</>
	);
}

function usePreview(wanted: boolean): { preview: Preview | null; failure: Refusal | null; again: () => void }
{
	const { api, lost } = useConsole();
	const [state, set] = useState<{ preview: Preview | null; failure: Refusal | null }>({ preview: null, failure: null });
	const [round, next] = useState(0);
	useEffect(() => {
		if (!wanted)
			return undefined;
		let left = false;
		api.own.get<Preview>('/enforcement/preview').then((preview) => left || set({ preview, failure: null }), (e) => {
			const failure = asRefusal(e);
			if (!left && !lost(failure))
				set({ preview: null, failure });
		});
		return () => { left = true; };
	}, [wanted, round]);
	return { ...state, again: () => next((n) => n + 1) };
}

function AfterDate({ value, wrong, onChange }: { value: string; wrong: string | null; onChange: (value: string) => void })
{
	return (
		<Field id="enforce-after" label={t('enforcement.date')} wrong={wrong}>
			<input id="enforce-after" class="input" type="date" min={dateOf(new Date(Date.now() + 86400000))} value={value} aria-invalid={wrong !== null}
				aria-describedby={wrong ? 'enforce-after-err' : undefined} onInput={(e) => onChange(e.currentTarget.value)} />
		</Field>
	);
}

export function EnforcementCard({ was, again }: { was: Demands; again: () => void })
{
	const { api, account, may, reload } = useConsole();
	const off = !may('account_write');
	const form = useForm(was);
	const { value } = form;
	const [dated, setDated] = useState(was.after !== '');
	const [wrong, setWrong] = useState<string | null>(null);
	const { preview, failure, again: askAgain } = usePreview(value.on && !was.on && !off);
	const start = (v: Demands) => (v.after ? t('enforcement.from', { day: day(v.after) }) : t('enforcement.at_once'));
	const changes = changesOf(form, {
		on: [t('enforcement.title'), (v) => t(v ? 'on' : 'off')],
		after: [t('enforcement.begins'), (v) => start({ ...value, after: v })],
		remembered: [t('enforcement.remembered'), (v) => t(v ? 'enforcement.may' : 'enforcement.may_not')],
		object: ['', () => ''],
	});
	const check = () => {
		const late = value.on && dated && !(Date.parse(`${value.after}T00:00`) > Date.now()) ? t('enforcement.date_wrong') : null;
		setWrong(late);
		if (late)
			document.getElementById('enforce-after')?.focus();
		// Nobody asks for it before they have seen whom it reaches.
		return late ?? (value.on && !was.on && !preview ? t('enforcement.no_preview') : null);
	};
	return (
		<Section title={t('enforcement.title')} why={t('enforcement.why', { account: account.name })}>
			<div class="stack enforce" id="enforcement">
				{off && <p class="muted">{t('enforcement.owners')}</p>}
				<Switch id="enforce" label={t('enforcement.switch')} off={off} on={value.on} onChange={(on) => form.set({ on })}
					hint={was.on ? was.after ? start(was) : t('enforcement.is_on') : t('enforcement.is_off')} />
				{value.on && !was.on && preview && <Reached preview={preview} />}
				{value.on && !was.on && failure && <FailureBlock failure={failure} retry={askAgain} />}
				{value.on && !off && (
					<fieldset class="group"><legend>{t('enforcement.begins')}</legend>
						<Radios legend={t('enforcement.begins')} name="begins" value={dated ? 'date' : 'now'} onChange={(v) => {
							setDated(v === 'date');
							setWrong(null);
							form.set({ after: v === 'date' ? was.after || dateOf(new Date(Date.now() + 14 * 86400000)) : '' });
						}} options={[
							{ value: 'now', label: t('enforcement.at_once'), hint: t('enforcement.at_once_why') },
							{ value: 'date', label: t('enforcement.on_date'), hint: t('enforcement.on_date_why'), more: <AfterDate value={value.after} wrong={wrong} onChange={(after) => form.set({ after })} /> },
						]} />
					</fieldset>
				)}
				<Switch id="remembered" label={t('enforcement.remembered')} hint={t('enforcement.remembered_why')} off={off} on={value.remembered} onChange={(remembered) => form.set({ remembered })} />
			</div>
			{!off && (
				<SaveBar changes={changes} check={check} discard={() => {
					form.reset();
					setDated(was.after !== '');
				}} done={t(value.on ? 'enforcement.done_on' : 'enforcement.done_off')}
					impact={value.on && !was.on ? preview && <Reached preview={preview} /> : was.on && !value.on ? <p>{t('enforcement.off_why')}</p> : undefined}
					save={async () => {
						await api.put('', bodyOf(value));
						await reload();
						again();
					}} />
			)}
		</Section>
	);
}
