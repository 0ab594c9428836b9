// How the console's mock says no.
export class Refused {
	constructor(status, code, message = '') { Object.assign(this, { status, code, message }); }
}

export const refuse = (status, code, message) => { throw new Refused(status, code, message); };
