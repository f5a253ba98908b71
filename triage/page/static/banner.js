// Every page shows what is raised and seen by nobody; the page of alerts shows all of it anyway.
// And every page says in which time zone its reader is, so that no other has to ask.

import { watchAlerts } from "./alerts.js";
import "./zone.js";

watchAlerts(document.getElementById("alerts"));
