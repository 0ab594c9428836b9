// What happened to this member's own sign-in and second factor, newest first.
import { useState } from 'preact/hooks';
import { asRefusal, own, type Refusal } from '../api';
import type { AuditEvent, Trail } from '../audit';
import { Time } from '../parts/bits';
import { FailureBlock } from '../parts/failure';
import { Load, useLoad } from '../parts/load';
import { ProfileFrame } from '../parts/profile_frame';
import { Empty, Table } from '../parts/table';
import { useConsole } from '../session';
import { t } from '../text';
import { sentence } from './audit';

const page = (cursor: string | null): Promise<Trail> => own.get<Trail>(`/member/audit${cursor === null ? '' : `?${new URLSearchParams({ cursor })}`}`);

export function ProfileActivityPage()
{
	const { me, lost } = useConsole();
	const loaded = useLoad('profile activity', () => page(null));
	const [older, setOlder] = useState<Trail[]>([]);
	const [failure, setFailure] = useState<Refusal | null>(null);
	const [busy, setBusy] = useState(false);
	// Somebody at a browser whom nobody knows, or the server itself.
	const who = ({ actor, address }: AuditEvent) => {
		if (actor === null)
			return t(address ? 'profile.activity.unknown' : 'profile.activity.system');
		return actor.id === me.member.id ? t('profile.activity.you') : actor.email ?? t('profile.activity.unknown');
	};
	const more = async (cursor: string) => {
		setBusy(true);
		setFailure(null);
		try {
			const next = await page(cursor);
			setOlder([...older, next]);
		} catch (e) {
			const refusal = asRefusal(e);
			if (!lost(refusal))
				setFailure(refusal);
		}
		setBusy(false);
	};
	return (
		<ProfileFrame tab="activity">
			<p class="lead muted">{t('profile.activity.why')}</p>
			<Load of={loaded}>{(first) => {
				const events = [first, ...older].flatMap((p) => p.events);
				const next = (older.at(-1) ?? first).next;
				return events.length === 0
					? <Empty icon="clock" title={t('profile.activity.empty_title')}>{t('profile.activity.empty')}</Empty>
					: (
						<>
							<Table caption={t('profile.activity')} rows={events} id={(e) => e.id} busy={loaded.busy} columns={[
								{ key: 'what', label: t('profile.activity.what'), cell: (e) => <><span class="t">{sentence(e.text)}</span><span class="d mono">{e.kind}</span></> },
								{ key: 'at', label: t('log.when'), num: true, cell: (e) => <Time at={e.at} exact /> },
								{ key: 'who', label: t('profile.activity.by'), cell: who },
								{ key: 'from', label: t('facts.from'), cell: (e) => <>{e.browser || (e.address ? '' : '–')}{e.address && <span class="d mono">{e.address}</span>}</> },
							]} />
							{failure && <FailureBlock failure={failure} />}
							{next && <p class="pager"><button type="button" class="btn" aria-busy={busy} onClick={() => !busy && void more(next)}>{t('log.older')}</button></p>}
						</>
					);
			}}</Load>
		</ProfileFrame>
	);
}
