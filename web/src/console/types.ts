// The objects as the API shows them (docs/protocol/configuration-api.md, console-api.md). What a page
// does not know stays in the object and goes back as it came.

export type Role = 'owner' | 'administrator' | 'user_manager' | 'help_desk' | 'read_only';

export interface Account { id: string; name: string; auth_origin: string; role: Role; may: string[]; enforce_twofactor: boolean }

// docs/protocol/member-api.md. Times are RFC 3339.
export interface TwoFactor { is_enabled: boolean; since: string | null; is_enforced: boolean; deadline: string | null }
export interface Member {
	member: {
		id: string;
		email: string;
		name: string;
		email_verified_at: string | null;
		is_sso: boolean;
		has_password: boolean;
		two_factor: TwoFactor;
		frozen_at: string | null;
	};
	accounts: Account[];
	session: { expires_at: string };
}

export type Method = 'security_key' | 'biometrics' | 'totp';
export const METHODS: Method[] = ['security_key', 'biometrics', 'totp'];

export interface MfaConfig {
	allowed_authenticators?: Method[];
	session_duration?: string;
	mfa_disabled?: boolean;
	required_aaguids?: string | null;
	amr_matching_enabled?: boolean;
	amr_session_duration?: string | null;
	[more: string]: unknown;
}

export interface Organization {
	name: string;
	auth_domain: string;
	session_duration: string;
	mfa_config?: MfaConfig | null;
	mfa_required_for_all_apps: boolean;
	countersign?: {
		amr_counts_mfa?: boolean;
		amr_with_aaguid_list?: boolean;
		denied_aaguids?: string | null;
		aaguid_recheck?: boolean;
		user_backup_codes?: boolean;
		refused_statuses?: string[];
	};
	[more: string]: unknown;
}

export type ListType = 'AAGUID' | 'EMAIL' | 'IP' | 'SERIAL' | 'URL' | 'DOMAIN' | 'CATEGORY' | 'LOCATION' | 'DEVICE';
export interface ListItem { value: string; description?: string; created_at?: string }
export interface List {
	id: string;
	name: string;
	description?: string;
	type: ListType;
	count?: number;
	items?: ListItem[];
	countersign?: { evidence?: 'verified' | 'claimed' };
	created_at: string;
	updated_at: string;
}

// One key: the kind; its value: the fields of the kind.
export type Rule = Record<string, Record<string, unknown>>;
export interface Rules { include: Rule[]; exclude: Rule[]; require: Rule[] }

export type Decision = 'allow' | 'deny' | 'bypass' | 'non_identity';

export interface Policy extends Rules {
	id: string;
	name: string;
	decision: Decision;
	precedence?: number;
	reusable?: boolean;
	app_count?: number;
	session_duration?: string | null;
	mfa_config?: MfaConfig | null;
	updated_at: string;
	[more: string]: unknown;
}

export interface Destination { type: string; uri?: string; [more: string]: unknown }

export interface App {
	id: string;
	aud: string;
	name: string;
	type: string;
	domain: string;
	destinations?: Destination[];
	self_hosted_domains?: string[];
	policies: Policy[];
	allowed_idps: string[];
	auto_redirect_to_identity: boolean;
	session_duration?: string;
	mfa_config?: MfaConfig | null;
	app_launcher_visible: boolean;
	logo_url?: string;
	http_only_cookie_attribute?: boolean;
	same_site_cookie_attribute?: string;
	custom_deny_message?: string;
	custom_deny_url?: string;
	service_auth_401_redirect?: boolean;
	countersign?: { required_aaguids?: string | null; denied_aaguids?: string | null };
	updated_at: string;
	[more: string]: unknown;
}

export interface Group extends Rules { id: string; name: string; updated_at: string; [more: string]: unknown }

export interface Provider {
	id: string;
	name: string;
	type: string;
	config: Record<string, unknown>;
	countersign?: { amr_mapping?: Record<string, Method[]>; acr_values?: string; max_age?: number | null };
	updated_at: string;
	[more: string]: unknown;
}

export interface ServiceToken {
	id: string;
	name: string;
	client_id: string;
	client_secret?: string;
	duration: string;
	enabled?: boolean;
	expires_at?: string | null;
	last_seen_at?: string | null;
	created_at: string;
}

export interface User {
	id: string;
	uid?: string;
	email: string;
	name: string;
	last_successful_login?: string | null;
	created_at: string;
	countersign?: UserMore;
}

// What only we keep of a user.
export interface UserMore {
	status?: 'active' | 'disabled';
	frozen?: boolean;
	frozen_at?: string | null;
	methods?: Method[];
}

export interface Authenticator {
	id: string;
	name: string;
	type: Method;
	aaguid?: string | null;
	created_at: string;
	last_used_at?: string | null;
	countersign?: { model?: string; evidence?: string; backed_up?: boolean };
}

export interface ActiveSession {
	expiration: number;
	name?: string;
	metadata: { nonce: string; iat: number; expires: number; ttl?: number; apps?: Record<string, { uid: string; name: string; hostname: string }> };
}

export interface LogRow {
	user_email: string;
	ip_address: string;
	app_uid?: string;
	app_name?: string;
	user_id?: string;
	service_token_name?: string;
	reason?: string;
	country?: string;
	mfa_methods?: Method[];
	app_domain: string;
	action: string;
	connection: string;
	allowed: boolean;
	created_at: string;
	ray_id: string;
	[more: string]: unknown;
}
