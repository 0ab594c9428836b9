// What a member should know on every page: a recovery that somebody began, changes that are stopped, a
// second factor that is missing, backup codes that run out.
import { useEffect, useState } from 'preact/hooks';
import { Banner } from '../../parts/error';
import { locale } from '../../text';
import { day, when } from '../../time';
import { asRefusal, own, type Refusal } from '../api';
import type { RecoveryCase, Standing as Stand } from '../door/standing';
import { useConsole } from '../session';
import { counted, t } from '../text';
import { words } from './failure';
import { toast } from './toast';

const FEW = 3;
const EVERY_MS = 60000;
const AUTHENTICATION = '/console/profile/authentication';

// A case that is open shows here within a minute: who is signed in is asked to stop it.
function useStanding(): [Stand | null, () => void]
{
	const { me, epoch } = useConsole();
	const [standing, set] = useState<Stand | null>(null);
	const [round, next] = useState(0);
	useEffect(() => {
		let left = false;
		const load = () => document.visibilityState === 'visible' && own.get<Stand>('/member/sign-in').then((s) => left || set(s), () => undefined);
		void load();
		const timer = setInterval(load, EVERY_MS);
		return () => {
			left = true;
			clearInterval(timer);
		};
	}, [me, epoch, round]);
	return [standing, () => next((n) => n + 1)];
}

export function Standing({ at }: { at: string })
{
	const { me } = useConsole();
	const [standing, again] = useStanding();
	const { is_sso, frozen_at, two_factor } = me.member;
	const here = at === AUTHENTICATION;
	const left = standing?.backup_codes_left ?? null;
	const by = me.accounts.filter((a) => a.enforce_twofactor).map((a) => a.name);
	const deadline = standing?.recommend_enrol?.deadline ?? null;
	const link = (words: string) => <a class="btn" href={AUTHENTICATION}>{words}</a>;
	return (
		<>
			{standing?.recovery && standing.recovery.state !== 'ended' && <OpenCase of={standing.recovery} again={again} />}
			{frozen_at && !here && <Banner kind="danger" title={t('profile.frozen_title')}>{t('profile.frozen', { when: when(frozen_at) })}</Banner>}
			{standing && !is_sso && !two_factor.is_enabled && !here && (
				<Banner kind="warn" title={t(deadline ? 'profile.standing.must_title' : 'profile.standing.off_title')} action={link(t('profile.standing.go'))}>
					{deadline ? t('profile.standing.must', { accounts: by.length > 0 ? new Intl.ListFormat(locale).format(by) : t('profile.your_account'), day: day(deadline) }) : t('profile.standing.off')}</Banner>
			)}
			{two_factor.is_enabled && left !== null && left <= FEW && !here && (
				<Banner kind="warn" title={counted('profile.codes.few_title', left)} action={link(t('profile.standing.codes_go'))}>{t('profile.codes.few')}</Banner>
			)}
		</>
	);
}

// Stopping takes one press: a case that was stopped can be begun again.
function OpenCase({ of, again }: { of: RecoveryCase; again: () => void })
{
	const { lost } = useConsole();
	const [busy, setBusy] = useState(false);
	const [failure, setFailure] = useState<Refusal | null>(null);
	const stop = async () => {
		if (busy)
			return;
		setBusy(true);
		setFailure(null);
		try {
			await own.post('/member/recovery/stop');
			toast(t('profile.recovery.stopped'));
			again();
		} catch (e) {
			const refusal = asRefusal(e);
			if (!lost(refusal))
				setFailure(refusal);
		}
		setBusy(false);
	};
	return (
		<Banner kind="danger" title={t(of.begun_by === 'staff' ? 'profile.recovery.staff_title' : 'profile.recovery.title', { when: when(of.begun_at) })}
			action={of.can_stop && <button type="button" class="btn danger solid" aria-busy={busy} onClick={stop}>{t('profile.recovery.stop')}</button>}>
			{t(of.can_stop ? 'profile.recovery.why' : 'profile.recovery.own')}
			{failure && <span class="d">{words(failure)}</span>}
		</Banner>
	);
}
