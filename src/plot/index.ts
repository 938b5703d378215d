export { describe } from "./describe";
export type { Axis, Figure, Layout, Numbers, Trace } from "./figure";
export { type LearningCurvesOptions, type LineChartOptions, learningCurves, lineChart, type Series } from "./figures";
export { type ImageGridOptions, type Images, imageGrid } from "./images";
