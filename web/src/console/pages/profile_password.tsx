// A member's own password: proved with the old one, and with the second factor where there is one.
import { useRef, useState } from 'preact/hooks';
import { asFailure, post } from '../../api';
import { useTitle } from '../../page';
import { Submit } from '../../parts/button';
import { Heading } from '../../parts/error';
import { NewPassword, weakness } from '../../parts/new_password';
import { Slip, Who } from '../../parts/slip';
import { asRefusal, type Refusal } from '../api';
import { Section } from '../parts/bits';
import { FailureBlock } from '../parts/failure';
import { Proof } from '../parts/proof';
import { useConsole } from '../session';
import { t } from '../text';

export function PasswordCard({ change }: { change: () => void })
{
	return (
		<Section title={t('profile.password')} why={t('profile.password.why')} actions={<button type="button" class="btn" onClick={change}>{t('profile.password.change')}</button>}>
			{null}
		</Section>
	);
}

export function ChangePassword({ factor, onDone, onStop }: { factor: boolean; onDone: (sentence: string) => void; onStop: (why: Refusal | null) => void })
{
	const { me, account, lost } = useConsole();
	const input = useRef<HTMLInputElement>(null);
	const [proved, setProved] = useState(false);
	const [password, setPassword] = useState('');
	const [wrong, setWrong] = useState<string | null>(null);
	const [failure, setFailure] = useState<Refusal | null>(null);
	const [busy, setBusy] = useState(false);
	useTitle(t('profile.password.title'), account.name, wrong !== null || failure !== null);
	if (!proved) {
		return <Proof title={t('profile.password.title')} what={t('profile.password')} lead={t('profile.password.old')} factor={factor}
			onCancel={() => onStop(null)} onFail={onStop} onDone={() => setProved(true)} />;
	}
	const refuse = (sentence: string) => {
		setWrong(sentence);
		input.current?.focus();
		input.current?.select();
	};
	const save = async (e: Event) => {
		e.preventDefault();
		if (busy)
			return;
		setFailure(null);
		if (password === '')
			return refuse(t('profile.password.new_empty'));
		setWrong(null);
		setBusy(true);
		try {
			await post('/member/password', { password });
			return onDone(t('profile.password.done'));
		} catch (caught) {
			const weak = weakness(asFailure(caught));
			const refusal = asRefusal(caught);
			if (weak)
				refuse(weak);
			else if (refusal.code === 'prove_first')
				setProved(false);
			else if (!lost(refusal))
				setFailure(refusal);
		}
		setBusy(false);
	};
	return (
		<Slip label={t('profile.stub')} what={t('profile.password')} icon="lock" who={<Who email={me.member.email} />} failure={failure}>
			<Heading>{t('profile.password.title')}</Heading>
			{failure && <FailureBlock failure={failure} />}
			<form class="stack" noValidate onSubmit={save}>
				<input class="vh" type="text" autocomplete="username" tabIndex={-1} aria-hidden="true" readOnly value={me.member.email} />
				<NewPassword id="new-password" label={t('profile.password.new')} least={me.member.two_factor.is_enabled || me.member.two_factor.is_enforced ? 8 : 15} value={password} wrong={wrong} input={input} onInput={setPassword} />
				<p class="muted">{t('profile.password.ends')}</p>
				<div class="row acts">
					<Submit busy={busy} busyLabel={t('working')} wide={false}>{t('profile.password.save')}</Submit>
					<button type="button" class="btn" onClick={() => onStop(null)}>{t('cancel')}</button>
				</div>
			</form>
		</Slip>
	);
}
