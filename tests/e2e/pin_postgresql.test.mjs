import { journey } from "./journey.mjs";

journey("with a PIN by e-mail, on PostgreSQL, behind Caddy", { stack: { database: "postgresql", front: "caddy" } });
