// The 26 kinds of rules (docs/protocol/configuration-api.md): what each is called, what it asks for,
// whether something here judges it. Those that nothing judges never let anybody in and never lift
// a block (docs/decisions/0002).

// Where a field's value comes from. `text`: typed; the others are chosen by name.
export type Source = 'text' | 'email_list' | 'ip_list' | 'group' | 'provider' | 'token' | 'app' | 'country';

export interface FieldOf { name: string; source: Source; optional?: boolean }

export interface Kind {
	fields: FieldOf[];
	judged: boolean;
	identity: boolean; // needs somebody signed in: never holds in Bypass and Service Auth
}

const field = (name: string, source: Source = 'text'): FieldOf => ({ name, source });
const kind = (fields: FieldOf[], identity: boolean, judged = true): Kind => ({ fields, judged, identity });
const PROVIDER = field('identity_provider_id', 'provider');

export const KINDS: Record<string, Kind> = {
	email: kind([field('email')], true),
	email_domain: kind([field('domain')], true),
	email_list: kind([field('id', 'email_list')], true),
	everyone: kind([], false),
	group: kind([field('id', 'group')], false),
	login_method: kind([field('id', 'provider')], true),
	auth_method: kind([field('auth_method')], true),
	oidc: kind([PROVIDER, field('claim_name'), field('claim_value')], true),
	auth_context: kind([PROVIDER, field('id'), field('ac_id')], true),
	ip: kind([field('ip')], false),
	ip_list: kind([field('id', 'ip_list')], false),
	geo: kind([field('country_code', 'country')], false),
	service_token: kind([field('token_id', 'token')], false),
	any_valid_service_token: kind([], false),
	linked_app_token: kind([field('app_uid', 'app')], false),
	certificate: kind([], false, false),
	common_name: kind([field('common_name')], false, false),
	azureAD: kind([PROVIDER, field('id')], true, false),
	'github-organization': kind([PROVIDER, field('name'), { ...field('team'), optional: true }], true, false),
	gsuite: kind([PROVIDER, field('email')], true, false),
	okta: kind([PROVIDER, field('name')], true, false),
	saml: kind([PROVIDER, field('attribute_name'), field('attribute_value')], true, false),
	external_evaluation: kind([field('evaluate_url'), field('keys_url')], true, false),
	device_posture: kind([field('integration_uid')], false, false),
	user_risk_score: kind([field('user_risk_score')], true, false),
	cloudflare_account_member: kind([{ ...field('account_id'), optional: true }], true, false),
};

// A field that holds several values is typed with commas between them.
export const MANY = ['user_risk_score'];
