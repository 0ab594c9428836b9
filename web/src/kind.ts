// The kinds of MFA device as people read them.
import { has, t } from './text';
import type { IconName } from './parts/icon';

const ICONS: Record<string, IconName> = {
	totp: 'app', security_key: 'usb', biometrics: 'bio', push: 'push', hardware_token: 'token', backup_code: 'sheet',
};

// The kinds that these pages can ask for, and the factor that judges each. All but the last can be
// set up; backup codes are made by the server.
export const FACTORS: Record<string, 'totp' | 'webauthn' | 'backup_code'> = {
	security_key: 'webauthn', biometrics: 'webauthn', totp: 'totp', backup_code: 'backup_code',
};

// `kind` is finer than `factor`; a kind that is newer than this page is named by its factor.
export function kindName(kind: string, factor = kind): string
{
	const key = [`kind.${kind}`, `kind.${factor}`].find(has);
	return t(key ?? 'kind.unknown');
}

export function kindIcon(kind: string): IconName
{
	return ICONS[kind] ?? 'shield';
}
