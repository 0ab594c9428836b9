// My profile: who one is, at which address, and who else is told what happens.
import { useRef, useState } from 'preact/hooks';
import { useTitle } from '../../page';
import { Submit } from '../../parts/button';
import { Banner, Heading } from '../../parts/error';
import { describedBy, Field } from '../../parts/field';
import { Slip, Who } from '../../parts/slip';
import { day } from '../../time';
import { asRefusal, forget, own, Refusal } from '../api';
import { Badge, Setting } from '../parts/bits';
import { FailureBlock } from '../parts/failure';
import { Text } from '../parts/fields';
import { Load, useLoad } from '../parts/load';
import { ProfileFrame } from '../parts/profile_frame';
import { Proof } from '../parts/proof';
import { toast } from '../parts/toast';
import type { Route } from '../route';
import { useConsole } from '../session';
import { t } from '../text';

interface Contact { id: string; email: string; verified_at: string | null; until: string | null }

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export function ProfilePage({ route }: { route: Route })
{
	const { me, reload } = useConsole();
	const [changing, setChanging] = useState(false);
	const [contact, setContact] = useState<Change | null>(null);
	const [notice, setNotice] = useState(route.notice);
	const [failure, setFailure] = useState<Refusal | null>(null);
	const done = (sentence: string) => {
		setChanging(false);
		setContact(null);
		setNotice(sentence);
		forget();
		void reload();
	};
	const stop = (why: Refusal | null) => {
		setChanging(false);
		setContact(null);
		setFailure(why);
	};
	const start = () => {
		setNotice('');
		setFailure(null);
	};
	if (changing)
		return <ChangeEmail onDone={done} onStop={stop} />;
	if (contact)
		return <ProveContact change={contact} onDone={done} onStop={stop} />;
	return (
		<ProfileFrame tab="profile" notice={notice}>
			{failure && <FailureBlock failure={failure} />}
			<Name onDone={done} />
			<Setting title={t('profile.email')} why={t('profile.email.why')}>
				<div class="row tight"><strong>{me.member.email}</strong>
					{me.member.email_verified_at ? <Badge kind="ok">{t('profile.email.confirmed')}</Badge> : <Badge kind="warn" icon="alert">{t('profile.email.unconfirmed')}</Badge>}</div>
				{me.member.is_sso ? <p class="muted">{t('profile.email.sso')}</p> : (
					<div class="row">
						{!me.member.email_verified_at && <SendLink />}
						<button type="button" class="btn" onClick={() => {
							start();
							setChanging(true);
						}}>{t('profile.email.change')}</button>
					</div>
				)}
			</Setting>
			<Contacts prove={(change) => {
				start();
				setContact(change);
			}} onDone={setNotice} />
		</ProfileFrame>
	);
}

function Name({ onDone }: { onDone: (sentence: string) => void })
{
	const { me, lost } = useConsole();
	const [name, setName] = useState(me.member.name);
	const [wrong, setWrong] = useState<string | null>(null);
	const [failure, setFailure] = useState<Refusal | null>(null);
	const [busy, setBusy] = useState(false);
	const save = async (e: Event) => {
		e.preventDefault();
		const fault = name.trim() === '' ? t('profile.name.empty') : null;
		setWrong(fault);
		if (fault)
			document.getElementById('profile-name')?.focus();
		if (fault || busy)
			return;
		setBusy(true);
		setFailure(null);
		try {
			await own.post('/member/name', { name: name.trim() });
			onDone(t('profile.name.done', { name: name.trim() }));
		} catch (caught) {
			const refusal = asRefusal(caught);
			if (!lost(refusal))
				setFailure(refusal);
		}
		setBusy(false);
	};
	return (
		<Setting title={t('profile.name')} why={t('profile.name.why')}>
			{failure && <FailureBlock failure={failure} />}
			<form class="stack-s" noValidate onSubmit={save}>
				<Text id="profile-name" label={t('profile.name.label')} wrong={wrong} value={name} max={100} onChange={setName} />
				<Submit busy={busy} busyLabel={t('working')} wide={false}>{t('profile.name.save')}</Submit>
			</form>
		</Setting>
	);
}

function SendLink()
{
	const { lost } = useConsole();
	const [failure, setFailure] = useState<Refusal | null>(null);
	const [sent, setSent] = useState('');
	const send = async () => {
		setFailure(null);
		try {
			setSent((await own.post<{ sent_to: string }>('/member/email/verify')).sent_to);
		} catch (caught) {
			const refusal = asRefusal(caught);
			if (!lost(refusal))
				setFailure(refusal);
		}
	};
	return (
		<>
			<button type="button" class="btn primary" onClick={send}>{t(sent ? 'profile.unverified_again' : 'profile.unverified_go')}</button>
			<span role="status">{sent && t('profile.unverified_sent', { email: sent })}</span>
			{failure && <FailureBlock failure={failure} />}
		</>
	);
}

function ChangeEmail({ onDone, onStop }: { onDone: (sentence: string) => void; onStop: (why: Refusal | null) => void })
{
	const { me, account, lost } = useConsole();
	const input = useRef<HTMLInputElement>(null);
	const [proved, setProved] = useState(false);
	const [email, setEmail] = useState('');
	const [wrong, setWrong] = useState<string | null>(null);
	const [failure, setFailure] = useState<Refusal | null>(null);
	const [busy, setBusy] = useState(false);
	useTitle(t('profile.email.title'), account.name, wrong !== null || failure !== null);
	if (!proved) {
		return <Proof title={t('profile.email.title')} what={t('profile.email')} factor={me.member.two_factor.is_enabled} onCancel={() => onStop(null)}
			onFail={onStop} onDone={() => setProved(true)} />;
	}
	const save = async (e: Event) => {
		e.preventDefault();
		const fault = EMAIL.test(email.trim()) ? null : t('profile.email.wrong');
		setWrong(fault);
		setFailure(null);
		if (fault)
			input.current?.focus();
		if (fault || busy)
			return;
		setBusy(true);
		try {
			const { sent_to } = await own.post<{ sent_to: string }>('/member/email', { email: email.trim() });
			return onDone(t('profile.email.sent', { email: sent_to }));
		} catch (caught) {
			const refusal = asRefusal(caught);
			if (refusal.code === 'prove_first')
				setProved(false);
			else if (!lost(refusal))
				setFailure(refusal);
		}
		setBusy(false);
	};
	return (
		<Slip label={t('profile.stub')} what={t('profile.email')} icon="mail" who={<Who email={me.member.email} />} failure={failure}>
			<Heading>{t('profile.email.title')}</Heading>
			<p class="muted">{t('profile.email.how')}</p>
			{failure && <FailureBlock failure={failure} />}
			<form class="stack" noValidate onSubmit={save}>
				<Field id="new-email" label={t('profile.email.new')} wrong={wrong}>
					<input ref={input} id="new-email" class="input" type="email" autocomplete="email" spellcheck={false} value={email} aria-invalid={wrong !== null}
						aria-describedby={describedBy('new-email', wrong, false)} onInput={(e) => setEmail(e.currentTarget.value)} />
				</Field>
				<div class="row acts">
					<Submit busy={busy} busyLabel={t('working')} wide={false}>{t('profile.email.go')}</Submit>
					<button type="button" class="btn" onClick={() => onStop(null)}>{t('cancel')}</button>
				</div>
			</form>
		</Slip>
	);
}

interface Change { path: string; body: object; title: string; done: string }

// Other addresses that are told. A change of them wants the password: whoever sits here could else
// leave them out.
function Contacts({ prove, onDone }: { prove: (change: Change) => void; onDone: (sentence: string) => void })
{
	const { me, lost } = useConsole();
	const loaded = useLoad('profile contacts', async () => (await own.get<{ contacts: Contact[] }>('/member/contacts')).contacts);
	const [email, setEmail] = useState('');
	const [wrong, setWrong] = useState<string | null>(null);
	const [failure, setFailure] = useState<Refusal | null>(null);
	const run = async (change: Change) => {
		setFailure(null);
		try {
			await own.post(change.path, change.body);
			setEmail('');
			onDone(change.done);
			toast(change.done);
			loaded.again();
		} catch (caught) {
			const refusal = asRefusal(caught);
			if (refusal.code === 'prove_first' && !me.member.is_sso)
				prove(change);
			else if (refusal.code === 'prove_first')
				setFailure(new Refusal('sso_again', refusal.requestId));
			else if (!lost(refusal))
				setFailure(refusal);
		}
	};
	const add = (e: Event) => {
		e.preventDefault();
		const fault = EMAIL.test(email.trim()) ? null : t('profile.email.wrong');
		setWrong(fault);
		if (fault)
			document.getElementById('contact')?.focus();
		else
			void run({ path: '/member/contacts', body: { email: email.trim() }, title: t('profile.contacts.add_title', { email: email.trim() }), done: t('profile.contacts.added', { email: email.trim() }) });
	};
	return (
		<Setting title={t('profile.contacts')} why={t('profile.contacts.why')}>
			{failure && <FailureBlock failure={failure} />}
			<Load of={loaded}>{(contacts) => (contacts.length === 0
				? <p class="muted">{t('profile.contacts.none')}</p>
				: (
					<ul class="card rows" aria-label={t('profile.contacts')}>{contacts.map((c) => (
						<li key={c.id}>
							<div class="grow"><span class="t">{c.email}</span>{' '}
								{c.until ? <Badge>{t('profile.contacts.until', { day: day(c.until) })}</Badge>
									: c.verified_at ? <Badge kind="ok">{t('profile.email.confirmed')}</Badge> : <Badge kind="warn" icon="alert">{t('profile.email.unconfirmed')}</Badge>}</div>
							{!c.until && <button type="button" class="btn" aria-label={t('profile.contacts.remove_label', { email: c.email })} onClick={() => void run({
								path: `/member/contacts/${c.id}/remove`, body: {}, title: t('profile.contacts.remove_title', { email: c.email }), done: t('profile.contacts.removed', { email: c.email }) })}>
								{t('profile.contacts.remove')}</button>}
						</li>
					))}</ul>
				))}</Load>
			<form class="row add-one" noValidate onSubmit={add}>
				<div class="grow"><Text id="contact" label={t('profile.contacts.add_label')} wrong={wrong} value={email} onChange={setEmail} /></div>
				<button type="submit" class="btn">{t('profile.contacts.add')}</button>
			</form>
		</Setting>
	);
}

function ProveContact({ change, onDone, onStop }: { change: Change; onDone: (sentence: string) => void; onStop: (why: Refusal | null) => void })
{
	const { lost } = useConsole();
	return (
		<Proof title={change.title} what={t('profile.contacts')} factor={false} onCancel={() => onStop(null)} onFail={onStop}
			onDone={() => void own.post(change.path, change.body).then(() => onDone(change.done), (caught) => {
				const refusal = asRefusal(caught);
				if (!lost(refusal))
					onStop(refusal);
			})}>
			<Banner kind="note">{t('profile.contacts.proof')}</Banner>
		</Proof>
	);
}
