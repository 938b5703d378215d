/**
 * The figures from which radar hours are generated. Every figure was published, and none was changed after a training.
 *
 * Where a figure names no other source, it is from the competition's own training file ("How Much Did It Rain? II",
 * 2015), as tabled in the README of riless/rain2 on GitHub over 12,786,237 scans. WSR-88D is the radar that made the
 * file.
 */
export const RADAR_FIGURES = {
  /** Mean and standard deviation of Ref, dBZ. */
  reflectivity: { mean: 22.92, deviation: 10.35 },
  /** The share of scans without Ref (6,533,728) and without Zdr (7,928,015). */
  missing: { reflectivity: 6_533_728 / 12_786_237, differential: 7_928_015 / 12_786_237 },
  /**
   * Mean, standard deviation and maximum of radardist_km. No beam is too high within the maximum, so the distance
   * changes nothing here.
   */
  distance: { mean: 11.06, deviation: 4.2, most: 21 },
  /**
   * Minutes from scan to scan in rain: WSR-88D's volume coverage patterns 12, 11, 121 and 21 (COMET's course on
   * weather radar). Each hour has one of them.
   */
  scanMinutes: [4, 5, 5.5, 6],
  /**
   * The e-folding time of the logarithm of rain, minutes: 1/β with β = 2·10⁻⁴ s⁻¹ (Rec. ITU-R P.1853-1; Maseng and
   * Bakken 1981). The source measured the logarithm of rain attenuation; it is used here for the logarithm of rain.
   */
  decorrelation: 1 / (2e-4 * 60),
  /**
   * The relative error of a rain rate from Z because drop sizes vary (Lee and Zawadzki 2005, J. Appl. Meteor. 44,
   * 241–255): 41 % at an instant, of which 28 % stay the same all day.
   */
  dropSizes: { instant: 0.41, day: 0.28 },
  /**
   * dB. Reflectivity is accurate to 1 dB, in steps of 0.5 (WSR-88D's interface document 2620002); the accuracy is used
   * as the error of calibration.
   */
  calibration: { deviation: 1, step: 0.5 },
  /**
   * dB. The random error of one measurement of Ref and of Zdr (Chandrasekar and Bringi 1988, J. Atmos. Oceanic
   * Technol. 5, 783–795).
   */
  measurement: { reflectivity: 1, differential: 0.2 },
  /**
   * dB. The tolerable bias of Zdr (Zrnić et al. 2010, J. Atmos. Oceanic Technol. 27, 1665–1676); the steps are those
   * of the training file.
   */
  differential: { deviation: 0.1, step: 0.0625 },
  /** mm. One tip of the gauge's bucket, 0.01 inch. */
  tip: 0.254,
} as const;
