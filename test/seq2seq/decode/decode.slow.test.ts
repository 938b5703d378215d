import { testCombinations, useModels } from "./combinations";

useModels();
testCombinations("slow");
