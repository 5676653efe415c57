/**
 * Any server that speaks OpenAI's chat completions: vLLM, SGLang, LMDeploy, Ollama, hosted ones.
 *
 * <p>Allowed dependencies: {@code engine}, {@code java.net.http} (only here), Jackson.
 */
@NullMarked
package io.vignette.worker.engine.openai;

import org.jspecify.annotations.NullMarked;
