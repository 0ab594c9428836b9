// Where a member is signed in, and which browsers are not asked for the second factor.
import { useState } from 'preact/hooks';
import { kindName } from '../../kind';
import { own } from '../api';
import { Ask } from '../parts/ask';
import { Badge, Section, Time } from '../parts/bits';
import { Load, useLoad } from '../parts/load';
import { ProfileFrame } from '../parts/profile_frame';
import { Table } from '../parts/table';
import { toast } from '../parts/toast';
import { t } from '../text';

interface OwnSession { id: string; browser: string; address: string; created_at: string; last_seen_at: string; method: string | null; is_this: boolean }
interface Remembered { id: string; browser: string; address: string; created_at: string; last_used_at: string; expires_at: string; is_this: boolean }
interface Sessions { sessions: OwnSession[]; remembered: Remembered[] }

type Doing = { what: 'end'; session: OwnSession } | { what: 'forget'; browser: Remembered } | { what: 'all' } | null;

// The kind of second factor that was given, if one was asked for.
function Method({ name }: { name: string | null })
{
	return <>{name ? kindName(name) : t('profile.session.none')}</>;
}

function Browser({ name, address, here }: { name: string; address: string; here: boolean })
{
	return <><span class="t">{name || t('profile.session.unknown')}{here && <> <Badge kind="accent">{t('profile.session.this')}</Badge></>}</span><span class="d mono">{address}</span></>;
}

export function ProfileSessionsPage()
{
	const loaded = useLoad('profile sessions', () => own.get<Sessions>('/member/sessions'));
	const [doing, setDoing] = useState<Doing>(null);
	const close = () => setDoing(null);
	const run = async (path: string, done: string) => {
		await own.post(path);
		close();
		toast(done);
		loaded.again();
	};
	return (
		<ProfileFrame tab="sessions">
			<Load of={loaded}>{({ sessions, remembered }) => (
				<>
					<Section title={t('profile.sessions.open')} why={t('profile.sessions.why')} actions={(sessions.length > 1 || remembered.length > 0) && (
						<button type="button" class="btn danger" onClick={() => setDoing({ what: 'all' })}>{t('profile.sessions.all')}</button>)}>
						<Table caption={t('profile.sessions.open')} rows={sessions} id={(s) => s.id} busy={loaded.busy} columns={[
							{ key: 'browser', label: t('profile.session.browser'), cell: (s) => <Browser name={s.browser} address={s.address} here={s.is_this} /> },
							{ key: 'method', label: t('profile.session.method'), cell: (s) => <Method name={s.method} /> },
							{ key: 'since', label: t('profile.session.since'), num: true, cell: (s) => <Time at={s.created_at} exact /> },
							{ key: 'seen', label: t('profile.session.seen'), num: true, cell: (s) => <Time at={s.last_seen_at} exact /> },
							{ key: 'act', label: t('actions'), act: true, keep: true, cell: (s) => !s.is_this && (
								<button type="button" class="btn" aria-label={t('profile.session.end_label', { browser: s.browser, address: s.address })} onClick={() => setDoing({ what: 'end', session: s })}>{t('profile.session.end')}</button>) },
						]} />
					</Section>
					<Section title={t('profile.remembered')} why={t('profile.remembered.why')}>
						{remembered.length === 0
							? <p class="panel muted">{t('profile.remembered.none')}</p>
							: <Table caption={t('profile.remembered')} rows={remembered} id={(b) => b.id} busy={loaded.busy} columns={[
								{ key: 'browser', label: t('profile.session.browser'), cell: (b) => <Browser name={b.browser} address={b.address} here={b.is_this} /> },
								{ key: 'since', label: t('profile.remembered.since'), num: true, cell: (b) => <Time at={b.created_at} /> },
								{ key: 'used', label: t('profile.key.used'), num: true, cell: (b) => <Time at={b.last_used_at} exact /> },
								{ key: 'until', label: t('profile.remembered.until'), num: true, cell: (b) => <Time at={b.expires_at} /> },
								{ key: 'act', label: t('actions'), act: true, keep: true, cell: (b) => (
									<button type="button" class="btn" aria-label={t('profile.remembered.forget_label', { browser: b.browser, address: b.address })} onClick={() => setDoing({ what: 'forget', browser: b })}>{t('profile.remembered.forget')}</button>) },
							]} />}
					</Section>
				</>
			)}</Load>
			{doing?.what === 'end' && (
				<Ask title={t('profile.session.end_title', { browser: doing.session.browser })} verb={t('profile.session.end_go')} keep={t('profile.session.keep')} onClose={close}
					act={() => run(`/member/sessions/${doing.session.id}/end`, t('profile.session.ended'))}><p>{t('profile.session.end_why')}</p></Ask>
			)}
			{doing?.what === 'forget' && (
				<Ask title={t('profile.remembered.forget_title', { browser: doing.browser.browser })} verb={t('profile.remembered.forget_go')} keep={t('profile.session.keep')} onClose={close}
					act={() => run(`/member/remembered/${doing.browser.id}/forget`, t('profile.remembered.forgotten'))}><p>{t('profile.remembered.forget_why')}</p></Ask>
			)}
			{doing?.what === 'all' && (
				<Ask title={t('profile.sessions.all_title')} verb={t('profile.sessions.all_go')} keep={t('profile.session.keep')} onClose={close}
					act={() => run('/member/sessions/end', t('profile.sessions.all_done'))}><p>{t('profile.sessions.all_why')}</p></Ask>
			)}
		</ProfileFrame>
	);
}
