// Every page shows what is raised and seen by nobody; the page of alerts shows all of it anyway.

import { watchAlerts } from "./alerts.js";

watchAlerts(document.getElementById("alerts"));
