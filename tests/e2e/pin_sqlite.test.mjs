import { journey } from "./journey.mjs";

journey("with a PIN by e-mail, on SQLite, behind nginx", { stack: { database: "sqlite", front: "nginx" } });
