// Stands where the reader's zone is not known yet: it is by now.

import { zone } from "./zone.js";

const address = new URL(location.href);
address.searchParams.set("zone", zone || "UTC");
location.replace(address);
