import { banner } from "./banner";

/** How long a notebook trains: "quick" for every change, "full" as in the book. */
export type Profile = "quick" | "full";

/**
 * The profile that `UNROLL_PROFILE` names. Default: "quick", so that opening a notebook takes minutes, not hours.
 *
 * @throws RangeError naming the variable when it holds anything else
 */
export function profile(): Profile {
  const asked = process.env.UNROLL_PROFILE;
  if (asked === undefined || asked === "" || asked === "quick") return "quick";
  if (asked === "full") return "full";
  throw new RangeError(`UNROLL_PROFILE: expected "quick" or "full", got "${asked}"`);
}

const SHORT =
  "It trains and measures less than the book does, so that it takes minutes, and its figures differ from those of a full " +
  "run. All figures and sentences below are about this run. `UNROLL_PROFILE=full npm start` trains as long as the book.";

let announced = false;

/**
 * The value for the profile of this run: `const nEpochs = setting({ quick: 2, full: 100 })`. The first call prints the
 * name of the profile.
 */
export function setting<Quick, Full = Quick>(values: { readonly quick: Quick; readonly full: Full }): Quick | Full {
  const chosen = profile();
  if (!announced) {
    announced = true;
    if (chosen === "full") console.log("profile: full");
    else banner("A short run.", SHORT);
  }
  return values[chosen];
}
