// An organisation that takes all three kinds, and people who sign in to it with a PIN.
import { configure } from "./journey.mjs";
import { askForPin, enterPin, impatient, newPerson, openBrowser, plugIn } from "./browser.mjs";
import { Stack } from "./stack.mjs";

export const hour = 3_600_000;
const kinds = ["security_key", "biometrics", "totp"];

export class House {
  static async open(options = {}) {
    const house = new House();
    house.stack = await Stack.start({ database: "sqlite", front: "nginx", ...options });
    try {
      house.access = await configure(house.stack);
      await house.allow(kinds);
      house.browser = options.browser ?? await openBrowser();
    } catch (error) {
      error.message += `\n${house.stack.logs()}`;
      await house.stack.stop();
      throw error;
    }
    return house;
  }

  async allow(allowed_authenticators, more = {}) {
    const { client, account_id } = this.access;
    return client.zeroTrust.organizations.update({
      account_id, auth_domain: new URL(this.stack.origin.auth).host, name: "Halden Maritime", session_duration: "24h",
      mfa_required_for_all_apps: true, mfa_config: { allowed_authenticators, session_duration: "8h", ...more },
    });
  }

  // Somebody at the first page after their PIN. authenticator: in their browser from the start.
  async arrive(email, { authenticator, at = `${this.stack.origin.app}/`, hurried = false } = {}) {
    const person = await newPerson(this.browser);
    person.email = email;
    if (authenticator) person.key = await plugIn(person.page, authenticator);
    if (hurried) await impatient(person.page);
    await person.page.goto(at);
    await this.signIn(person);
    return person;
  }
  async signIn({ page, email }) {
    const asked = Date.now();
    await askForPin(page, email);
    await enterPin(page, await this.stack.pinFor(email, asked));
  }

  // The proof of every person here is too old from now on; their sign-ins count on.
  age(ms = 8 * hour + 60_000) { this.stack.shiftClock(ms); }

  async close() {
    await this.browser?.close();
    await this.stack.stop();
  }
}
