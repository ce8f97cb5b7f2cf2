#include "trainer/train_state.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr int64_t kFormat = 1;

// Reads from one object of the file, whose place in it is `path`.
struct Reader {
  nlohmann::json json;
  std::string path;

  absl::Status Wrong(const std::string& key, absl::string_view wanted) const {
    return absl::InvalidArgumentError(
        absl::StrCat(path, key, ": must be ", wanted, ", but is ",
                     json.contains(key) ? json.at(key).dump().substr(0, 40) : "missing",
                     "; the checkpoint is damaged"));
  }
  // A number of at least `least`.
  template <typename T>
  absl::Status Number(const std::string& key, T least, T* value) const {
    const auto it = json.find(key);
    if constexpr (std::is_same_v<T, double>) {
      if (it == json.end() || !it->is_number() || !(it->template get<T>() >= least))
        return Wrong(key, absl::StrCat("a number of at least ", least));
    } else {
      // What does not fit is kept as unsigned or as floating point by the parser.
      const bool fits = it != json.end() && it->is_number_integer() &&
                        (!it->is_number_unsigned() || it->template get<uint64_t>() <= INT64_MAX);
      if (!fits || it->template get<T>() < least)
        return Wrong(key, absl::StrCat("a whole number of at least ", least));
    }
    *value = it->template get<T>();
    return absl::OkStatus();
  }
  // The text `key`; none in checkpoints that are older than it.
  absl::StatusOr<std::optional<std::string>> Text(const std::string& key) const {
    const auto it = json.find(key);
    if (it == json.end()) return std::nullopt;
    if (!it->is_string()) return Wrong(key, "a text");
    return it->get<std::string>();
  }
  // The object `key`; an empty one where there is none.
  absl::StatusOr<Reader> Object(const std::string& key) const {
    const Reader inner = {json.value(key, nlohmann::json::object()), absl::StrCat(path, key, ".")};
    if (!inner.json.is_object()) return Wrong(key, "an object");
    return inner;
  }
};

absl::Status ReadInterval(const Reader& reader, TrainState::Interval* interval) {
  T2T_ASSIGN_OR_RETURN(const Reader sums, reader.Object("loss_sums"));
  T2T_ASSIGN_OR_RETURN(const Reader counts, reader.Object("loss_counts"));
  for (const auto& [name, sum] : sums.json.items()) {
    T2T_RETURN_IF_ERROR(
        sums.Number(name, std::numeric_limits<double>::lowest(), &interval->loss_sums[name]));
    T2T_RETURN_IF_ERROR(counts.Number(name, int64_t{1}, &interval->loss_counts[name]));
  }
  T2T_RETURN_IF_ERROR(reader.Number("decisions", int64_t{0}, &interval->decisions));
  T2T_RETURN_IF_ERROR(reader.Number("positions", int64_t{0}, &interval->positions));
  T2T_RETURN_IF_ERROR(reader.Number("real_positions", int64_t{0}, &interval->real_positions));
  T2T_RETURN_IF_ERROR(reader.Number("seconds", 0.0, &interval->seconds));
  return reader.Number("gradient_norm", 0.0, &interval->gradient_norm);
}

// Of checkpoints of before 'mixture': 'drawn' alone.
absl::Status ReadMixture(const Reader& root, std::string* unit, MixtureState* mixture) {
  T2T_ASSIGN_OR_RETURN(const Reader drawn, root.Object("drawn"));
  for (const auto& [name, count] : drawn.json.items()) {
    MixtureState::Problem& problem = mixture->problems[name];
    T2T_RETURN_IF_ERROR(drawn.Number(name, int64_t{0}, &problem.batches));
    problem.drawn = static_cast<double>(problem.batches);
  }
  T2T_ASSIGN_OR_RETURN(const Reader kept, root.Object("mixture"));
  if (kept.json.empty()) return absl::OkStatus();
  T2T_ASSIGN_OR_RETURN(const auto kept_unit, kept.Text("unit"));
  *unit = kept_unit.value_or("");
  T2T_RETURN_IF_ERROR(kept.Number("changed_at", 0.0, &mixture->changed_at));
  T2T_RETURN_IF_ERROR(kept.Number("largest", 0.0, &mixture->largest));
  T2T_ASSIGN_OR_RETURN(const Reader problems, kept.Object("problems"));
  for (auto& [name, problem] : mixture->problems) {
    T2T_ASSIGN_OR_RETURN(const Reader reader, problems.Object(name));
    T2T_RETURN_IF_ERROR(reader.Number("drawn", 0.0, &problem.drawn));
    T2T_RETURN_IF_ERROR(reader.Number("due", 0.0, &problem.due));
    T2T_RETURN_IF_ERROR(reader.Number("share", 0.0, &problem.share));
    if (!reader.json.contains("losses")) continue;
    LearningProgress& progress = problem.progress;
    constexpr double kLowest = std::numeric_limits<double>::lowest();
    T2T_RETURN_IF_ERROR(reader.Number("losses", int64_t{0}, &progress.observed));
    T2T_RETURN_IF_ERROR(reader.Number("fast", kLowest, &progress.fast));
    T2T_RETURN_IF_ERROR(reader.Number("slow", kLowest, &progress.slow));
    T2T_RETURN_IF_ERROR(reader.Number("largest", 0.0, &progress.largest));
  }
  return absl::OkStatus();
}

}  // namespace

nlohmann::json ToJson(const TrainState& state) {
  nlohmann::json json = {{"format", kFormat},
                         {"step", state.step},
                         {"seconds", state.seconds},
                         {"validated_step", state.validated_step},
                         {"since_better", state.since_better},
                         {"best", nlohmann::json::array()},
                         {"best_by", state.best_by.value_or("")},
                         {"rates", state.rates}};
  json["mixture"] = {{"unit", state.unit},
                     {"changed_at", state.mixture.changed_at},
                     {"largest", state.mixture.largest}};
  for (const auto& [name, problem] : state.mixture.problems) {
    json["drawn"][name] = problem.batches;
    nlohmann::json& kept = json["mixture"]["problems"][name];
    kept = {{"drawn", problem.drawn},
            {"due", problem.due},
            {"share", problem.share},
            {"realised", state.mixture.Realised(problem)}};
    const LearningProgress& progress = problem.progress;
    if (progress.observed == 0) continue;
    kept.update({{"losses", progress.observed},
                 {"fast", progress.fast},
                 {"slow", progress.slow},
                 {"largest", progress.largest}});
  }
  for (const TrainState::Best& best : state.best)
    json["best"].push_back({{"step", best.step}, {"value", best.value}});
  for (const auto& [name, problem] : state.problems) {
    json["problems"][name] = {
        {"epoch", problem.position.epoch}, {"window", problem.position.window},
        {"batch", problem.position.batch}, {"examples", problem.examples},
        {"tokens", problem.tokens},        {"data", problem.data}};
  }
  const TrainState::Interval& interval = state.interval;
  json["interval"] = {
      {"loss_sums", interval.loss_sums},           {"loss_counts", interval.loss_counts},
      {"decisions", interval.decisions},           {"positions", interval.positions},
      {"real_positions", interval.real_positions}, {"seconds", interval.seconds},
      {"gradient_norm", interval.gradient_norm}};
  return json;
}

absl::StatusOr<TrainState> ReadState(const nlohmann::json& json, absl::string_view place) {
  if (!json.is_object()) return absl::InvalidArgumentError(absl::StrCat(place, ": is no object"));
  TrainState state;
  const Reader root = {json, absl::StrCat(place, ": ")};
  int64_t format = 0;
  T2T_RETURN_IF_ERROR(root.Number("format", int64_t{1}, &format));
  if (format != kFormat) {
    return absl::InvalidArgumentError(
        absl::StrCat(place, ": has format ", format, ", but this program reads ", kFormat));
  }
  T2T_RETURN_IF_ERROR(root.Number("step", int64_t{0}, &state.step));
  T2T_RETURN_IF_ERROR(root.Number("seconds", 0.0, &state.seconds));
  T2T_RETURN_IF_ERROR(root.Number("validated_step", int64_t{-1}, &state.validated_step));
  T2T_RETURN_IF_ERROR(root.Number("since_better", int64_t{0}, &state.since_better));
  const auto best = json.find("best");
  if (best == json.end() || !best->is_array()) return root.Wrong("best", "a list");
  for (const nlohmann::json& entry : *best) {
    if (!entry.is_object()) return root.Wrong("best", "a list of objects");
    // Older runs kept values that are no numbers; they are not good.
    if (entry.contains("value") && entry["value"].is_null()) continue;
    TrainState::Best read;
    const Reader reader = {entry, absl::StrCat(root.path, "best.")};
    T2T_RETURN_IF_ERROR(reader.Number("step", int64_t{0}, &read.step));
    T2T_RETURN_IF_ERROR(reader.Number("value", std::numeric_limits<double>::lowest(), &read.value));
    state.best.push_back(read);
  }
  T2T_ASSIGN_OR_RETURN(state.best_by, root.Text("best_by"));
  T2T_ASSIGN_OR_RETURN(const Reader rates, root.Object("rates"));
  for (const auto& [name, rate] : rates.json.items())
    T2T_RETURN_IF_ERROR(rates.Number(name, 0.0, &state.rates[name]));
  T2T_RETURN_IF_ERROR(ReadMixture(root, &state.unit, &state.mixture));
  T2T_ASSIGN_OR_RETURN(const Reader problems, root.Object("problems"));
  for (const auto& [name, unused] : problems.json.items()) {
    TrainState::Problem& problem = state.problems[name];
    T2T_ASSIGN_OR_RETURN(const Reader reader, problems.Object(name));
    T2T_RETURN_IF_ERROR(reader.Number("epoch", int64_t{0}, &problem.position.epoch));
    T2T_RETURN_IF_ERROR(reader.Number("window", int64_t{0}, &problem.position.window));
    T2T_RETURN_IF_ERROR(reader.Number("batch", int64_t{0}, &problem.position.batch));
    T2T_RETURN_IF_ERROR(reader.Number("examples", int64_t{0}, &problem.examples));
    T2T_RETURN_IF_ERROR(reader.Number("tokens", int64_t{0}, &problem.tokens));
    T2T_ASSIGN_OR_RETURN(const auto data, reader.Text("data"));
    problem.data = data.value_or("");
  }
  T2T_ASSIGN_OR_RETURN(const Reader interval, root.Object("interval"));
  if (interval.json.empty()) return state;
  T2T_RETURN_IF_ERROR(ReadInterval(interval, &state.interval));
  return state;
}

}  // namespace t2t
