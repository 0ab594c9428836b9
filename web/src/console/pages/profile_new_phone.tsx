// "I have a new phone": with anything left that works it is a move, not a recovery.
import { useState } from 'preact/hooks';
import type { Device } from '../../api';
import { Dialog } from '../../parts/dialog';
import { Icon, type IconName } from '../../parts/icon';
import { locale } from '../../text';
import { counted, t } from '../text';
import type { OwnDevices } from './profile_authentication';
import type { Doing } from './profile_flows';

export function NewPhone({ state, app, onClose, begin }: { state: OwnDevices; app: Device | undefined; onClose: () => void; begin: (doing: Doing) => void })
{
	const [neither, setNeither] = useState(false);
	const keys = state.devices.filter((d) => d.factor === 'webauthn').map((d) => d.name);
	const codes = state.backup_codes?.left ?? 0;
	const go = (by: string | undefined) => begin(app ? { what: 'reconfigure', device: app, by } : { what: 'add-app' });
	// `by`: the kind to begin the proof with; keys come first by themselves.
	const ways: { icon: IconName; title: string; how: string; by?: string }[] = [
		...(app ? [{ icon: 'phone' as const, title: t('profile.phone.old'), how: t('profile.phone.old_how'), by: 'totp' }] : []),
		...(keys.length > 0 ? [{ icon: 'usb' as const, title: t('profile.phone.key'), how: new Intl.ListFormat(locale, { type: 'disjunction' }).format(keys) }] : []),
		...(codes > 0 ? [{ icon: 'sheet' as const, title: t('profile.phone.code'), how: counted('profile.codes.left_count', codes), by: 'backup_code' }] : []),
	];
	if (neither) {
		return (
			<Dialog title={t('profile.phone.neither_title')} onClose={onClose}>
				<p>{t('profile.phone.neither')}</p>
				<ol class="numbered">
					<li>{t('profile.phone.step_1')}</li>
					<li>{t('profile.phone.step_2')}</li>
					<li>{t('profile.phone.step_3')}</li>
				</ol>
				<p class="muted">{t('profile.phone.stay')}</p>
				<div class="row acts"><button type="button" class="btn primary" data-safe onClick={() => setNeither(false)}>{t('profile.phone.back')}</button>
					<button type="button" class="btn" onClick={onClose}>{t('profile.remove.close')}</button></div>
			</Dialog>
		);
	}
	return (
		<Dialog title={t('profile.phone.go')} onClose={onClose}>
			<p>{t(app ? 'profile.phone.which' : 'profile.phone.which_add')}</p>
			<ul class="choices">
				{ways.map(({ icon, title, how, by }) => (
					<li key={title}><button type="button" onClick={() => go(by)}><Icon name={icon} /><span class="grow"><span class="t">{title}</span><span class="d">{how}</span></span><Icon name="right" /></button></li>
				))}
				<li><button type="button" onClick={() => setNeither(true)}><Icon name="x" /><span class="grow"><span class="t">{t('profile.phone.none')}</span><span class="d">{t('profile.phone.none_how')}</span></span><Icon name="right" /></button></li>
			</ul>
			<div class="row acts"><button type="button" class="btn" data-safe onClick={onClose}>{t('cancel')}</button></div>
		</Dialog>
	);
}
