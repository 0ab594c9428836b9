// Signed in with a backup code, or with an old phone that is on its way out: the new phone comes next.
import { useRef, useState } from 'preact/hooks';
import { type Device, asFailure, get } from '../../api';
import { Enrol } from '../../pages/enrol';
import { useTitle } from '../../page';
import { Banner, Heading } from '../../parts/error';
import { Frame } from '../../parts/frame';
import { Icon } from '../../parts/icon';
import { Slip, Who } from '../../parts/slip';
import { asRefusal, type Refusal } from '../api';
import { FailureBlock } from '../parts/failure';
import type { OwnDevices } from '../pages/profile_authentication';
import { ownPassword, Proof } from '../parts/proof';
import { useConsole } from '../session';
import { counted, t } from '../text';
import type { After, MemberConfirmed } from './standing';

// From so many on it is said that they run out.
const FEW = 3;

type Stage = { at: 'ask' } | { at: 'prove' | 'set-up'; app: Device | null; proved: boolean };

// `onDone` is given what was done, as a sentence.
export function AfterSignIn({ after, onDone }: { after: After; onDone: (sentence: string) => void })
{
	const [stage, setStage] = useState<Stage>({ at: 'ask' });
	const [failure, setFailure] = useState<Refusal | null>(null);
	const { me, lost } = useConsole();
	const proved = useRef(false);

	const fail = (refusal: Refusal) => {
		if (!lost(refusal))
			setFailure(refusal);
		setStage({ at: 'ask' });
	};
	const begin = async () => {
		setFailure(null);
		try {
			const { devices, password_window } = await get<OwnDevices>('/me/devices');
			setStage({ at: 'set-up', app: devices.find((d) => d.kind === 'totp') ?? null, proved: password_window !== null });
		} catch (e) {
			fail(asRefusal(e));
		}
	};
	switch (stage.at) {
	case 'ask':
		return <Offer after={after} failure={failure} begin={begin} later={() => onDone('')} />;
	case 'prove':
		return (
			<Frame organization={null}>
				<Proof title={t('phone.prove_title')} what={t('phone.stub')} factor={stage.app !== null} onCancel={() => setStage({ at: 'ask' })} onFail={fail} onDone={() => {
					proved.current = true;
					setStage({ at: 'set-up', app: stage.app, proved: true });
				}}><p class="muted">{t('phone.prove')}</p></Proof>
			</Frame>
		);
	default:
		return (
			<Frame organization={null}>
				<Enrol<MemberConfirmed> meta={null} kinds={['totp']} {...(stage.app ? { more: { replaces: stage.app.id } } : {})} {...(stage.app === null && !stage.proved ? { password: ownPassword() } : {})} who={me.member.email} organization={t('brand')}
					lead={t(stage.app ? 'phone.replaces' : 'phone.adds')} next={t('set_up.next')} onCancel={() => setStage({ at: 'ask' })} onSignIn={() => setStage({ at: 'ask' })}
					onFail={(caught) => {
						// A window that opened with the sign-in would do; else it is asked for once.
						if (caught.code === 'prove_first' && !proved.current)
							setStage({ ...stage, at: 'prove' });
						else
							fail(asRefusal(asFailure(caught)));
					}}
					onDone={(_, name) => onDone(t(stage.app ? 'phone.replaced' : 'phone.added', { name }))} />
			</Frame>
		);
	}
}

function Offer({ after: { usedCode }, failure, begin, later }: { after: After; failure: Refusal | null; begin: () => void; later: () => void })
{
	const { me } = useConsole();
	const title = t('phone.title');
	useTitle(title, t('brand'), failure !== null);
	return (
		<Frame organization={null}>
			<Slip label={t('sign_in.label')} what={t('brand')} icon="shield" who={<Who email={me.member.email} />} failure={failure}>
				<Heading>{title}</Heading>
				{failure && <FailureBlock failure={failure} />}
				{usedCode && (
					<Banner kind={usedCode.left <= FEW ? 'warn' : 'ok'} title={t('phone.code_used')}>
						{usedCode.left === 0 ? t('phone.codes_none') : counted('phone.codes_left', usedCode.left)}{usedCode.left <= FEW && ` ${t('phone.codes_few')}`}</Banner>
				)}
				<p class="muted">{t(usedCode ? 'phone.lead_code' : 'phone.lead')}</p>
				<button type="button" class="btn primary wide" onClick={begin}><Icon name="phone" /> {t('phone.go')}</button>
				<button type="button" class="btn wide" onClick={later}>{t('phone.later')}</button>
				<p class="muted small">{t('phone.where')}</p>
			</Slip>
		</Frame>
	);
}
