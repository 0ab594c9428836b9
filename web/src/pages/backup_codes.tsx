// Backup codes of somebody who opens applications: after the first MFA device, and on a page of their own.
import { useEffect, useState } from 'preact/hooks';
import { type BackupCodesLeft, type Devices, Failure, type Me, asFailure, post } from '../api';
import { useTitle } from '../page';
import { BackupCodes, type BackupCodeSet } from '../parts/backup_codes';
import { Banner, FailureBanner, Heading, useSpoken } from '../parts/error';
import { Frame, TopFrame } from '../parts/frame';
import { Icon } from '../parts/icon';
import { Slip } from '../parts/slip';
import { navigate } from '../route';
import { counted, t } from '../text';
import { day } from '../time';
import { Prove } from './prove';

// From here on a person is asked to make new ones.
export const FEW = 3;

const make = async () => (await post<{ backup_codes: BackupCodeSet }>('/me/backup-codes', {})).backup_codes;

// Makes a set and shows it. Going on without one is always possible here: an organisation may let
// people have them, but none is asked to.
export function MakeCodes({ who, organization, steps, onDone, onProve, onCancel }: {
	who: string;
	organization: string;
	steps?: string[];
	onDone: () => void;
	onProve?: () => void;
	onCancel: () => void;
})
{
	const [set, setSet] = useState<BackupCodeSet | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	useTitle(t('codes.title'), organization, failure !== null);
	useSpoken(failure);

	const begin = async () => {
		setFailure(null);
		try {
			setSet(await make());
		} catch (e) {
			const caught = asFailure(e);
			if (caught.code === 'prove_first' && onProve)
				onProve();
			else
				setFailure(caught);
		}
	};
	useEffect(() => { void begin(); }, []);

	if (set) {
		return <BackupCodes set={set} onDone={onDone} onRegenerate={begin} {...(steps ? { steps } : {})}
			above={failure && <FailureBanner failure={failure} />} />;
	}
	return (
		<Slip wide label={t('codes.for_whom', { account: who })} what={t('codes.what')} icon="sheet" failure={failure}>
			<Heading>{t('codes.title')}</Heading>
			{failure
				? (
					<>
						<FailureBanner failure={failure} />
						<button type="button" class="btn primary wide" onClick={() => void begin()}>{t('try_again')}</button>
						<button type="button" class="btn quiet wide" onClick={onCancel}>{t('codes.without')}</button>
					</>
				)
				: <p class="muted">{t('codes.making')}</p>}
		</Slip>
	);
}

// Account → MFA devices: the row beneath the devices.
export function CodesRow({ codes }: { codes: BackupCodesLeft | null })
{
	return (
		<ul class="card items" aria-label={t('codes.list')}>
			<li>
				<span class="ico"><Icon name="sheet" /></span>
				<div class="grow">
					<p class="t">{t('codes.list')}</p>
					<p class="d">{codes ? `${counted('codes.left', codes.left, { total: codes.total })} ${t('codes.made_on', { date: day(codes.made_at) })}` : t('codes.none')}</p>
				</div>
				<a class="btn" href="/account/backup-codes">{t(codes ? 'codes.manage' : 'codes.first')}</a>
			</li>
		</ul>
	);
}

function Left({ codes }: { codes: BackupCodesLeft })
{
	const words = counted('codes.left', codes.left, { total: codes.total });
	return codes.left > FEW
		? <p>{words} {t('codes.made_on', { date: day(codes.made_at) })}</p>
		: <Banner kind="warn" title={words}>{t('codes.few')} {t('codes.made_on', { date: day(codes.made_at) })}</Banner>;
}

export function BackupCodesView({ me, devices, reload }: { me: Me; devices: Devices; reload: () => void })
{
	const [step, setStep] = useState<'look' | 'prove' | 'make'>('look');
	const organization = me.organization.name;
	const { backup_codes: codes, needs, frozen_at } = devices;
	useTitle(t('codes.list'), organization, false);

	if (step === 'prove') {
		return (
			<Frame organization={me.organization}>
				<Prove who={me.user.email} organization={organization} onDone={() => setStep('make')} onCancel={() => setStep('look')}
					onFail={() => reload()} />
			</Frame>
		);
	}
	if (step === 'make') {
		return (
			<Frame organization={me.organization}>
				<MakeCodes who={me.user.email} organization={organization} onProve={() => setStep('prove')} onCancel={() => setStep('look')}
					onDone={() => navigate('/account/devices', t(codes ? 'codes.again_done' : 'codes.done'))} />
			</Frame>
		);
	}
	return (
		<TopFrame me={me} here="/account/devices">
			<div class="col narrow stack">
				<Heading>{t('codes.list')}</Heading>
				<p class="muted">{t('codes.about')}</p>
				{!devices.can_have_backup_codes && <Banner kind="note">{t('codes.not_here', { organization })}</Banner>}
				{devices.can_have_backup_codes && devices.devices.length === 0 && (
					<Banner kind="note" action={<a class="btn" href="/AddMfaDevice">{t('devices.add')}</a>}>{t('error.no_device')}</Banner>
				)}
				{devices.can_have_backup_codes && devices.devices.length > 0 && (
					<>
						{codes ? <Left codes={codes} /> : <p>{t('codes.none')}</p>}
						{frozen_at === null && (
							<button type="button" class="btn primary" onClick={() => setStep(needs === 'prove' ? 'prove' : 'make')}>
								{t(codes ? 'codes.again' : 'codes.first')}</button>
						)}
						{codes && <p class="muted small">{t('codes.again_stops')}</p>}
					</>
				)}
				<p><a href="/account/devices">{t('codes.back')}</a></p>
			</div>
		</TopFrame>
	);
}
