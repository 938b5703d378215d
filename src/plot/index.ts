export { type ConfusionOptions, confusionHeatmap } from "./confusion";
export { describe } from "./describe";
export type { Axis, Figure, Layout, Numbers, Trace } from "./figure";
export { type LearningCurvesOptions, type LineChartOptions, learningCurves, lineChart, type Series } from "./figures";
export { type HistogramOptions, histogram } from "./histogram";
export { type ImageGridOptions, type Images, imageGrid } from "./images";
export { type HistoryLike, type LearningCurveOptions, learningCurve } from "./learning-curve";
export { type LetterChartOptions, letterChart } from "./letters";
