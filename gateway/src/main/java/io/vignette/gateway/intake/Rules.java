package io.vignette.gateway.intake;

import io.vignette.gateway.intake.IntakeConfig.PromptConfig;
import io.vignette.gateway.intake.IntakeConfig.PromptKind;
import io.vignette.gateway.intake.IntakeConfig.RuleConfig;
import io.vignette.gateway.intake.IntakeConfig.Urgency;
import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.proto.v1.Priority;
import io.vignette.proto.v1.Prompt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** The operator's rules, in order. Immutable. */
final class Rules {
  private static final String KEY = "vignette.intake.rules[";

  private final List<Rule> rules;

  private Rules(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /**
   * The rules as configured; without any, one that matches all events.
   *
   * @throws IllegalArgumentException naming the key of a rule that can't be; for the operator
   */
  static Rules of(List<RuleConfig> configured, ModelRepository models) {
    if (configured.isEmpty()) {
      return new Rules(List.of(new Rule(every -> true, "default", Wishes.NONE)));
    }
    List<Rule> rules = new ArrayList<>();
    for (RuleConfig rule : configured) {
      String key = KEY + rules.size() + "]";
      requireModel(rule.model(), models, key);
      rules.add(new Rule(new Conditions(rule.match()), rule.tenant(), wishes(rule, key)));
    }
    return new Rules(rules);
  }

  Optional<Rule> find(EventFacts facts) {
    return rules.stream().filter(rule -> rule.matches(facts)).findFirst();
  }

  private static void requireModel(Optional<String> name, ModelRepository models, String key) {
    if (name.isPresent() && models.find(name.get()).isEmpty()) {
      throw new IllegalArgumentException(
          "%s.model: %s (expected: %s)"
              .formatted(
                  key,
                  name.get(),
                  models.models().stream().map(Model::name).collect(Collectors.joining(" or "))));
    }
  }

  private static Wishes wishes(RuleConfig rule, String key) {
    List<Prompt> prompts = new ArrayList<>();
    for (PromptConfig prompt : rule.prompts()) {
      prompts.add(prompt(prompt, key + ".prompts[" + prompts.size() + "]"));
    }
    return new Wishes(
        Optional.empty(),
        rule.model(),
        prompts,
        tokens(rule.maxNewTokens(), key),
        Optional.of(rule.priority() == Urgency.INTERACTIVE ? Priority.INTERACTIVE : Priority.BULK),
        rule.deadline(),
        rule.metadata());
  }

  private static Optional<Integer> tokens(OptionalInt configured, String key) {
    if (configured.isPresent() && configured.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "%s.max-new-tokens: %d (expected: at least 1)".formatted(key, configured.getAsInt()));
    }
    return configured.stream().boxed().findFirst();
  }

  private static Prompt prompt(PromptConfig configured, String key) {
    if (configured.kind() != PromptKind.CAPTION && configured.text().isEmpty()) {
      throw new IllegalArgumentException(key + ".text: missing (expected: some text)");
    }
    return Prompt.newBuilder()
        .setKind(kind(configured.kind()))
        .setText(configured.text().orElse(""))
        .build();
  }

  private static Prompt.Kind kind(PromptKind kind) {
    return switch (kind) {
      case CAPTION -> Prompt.Kind.CAPTION;
      case PREFIX -> Prompt.Kind.PREFIX;
      case QUESTION -> Prompt.Kind.QUESTION;
    };
  }
}
