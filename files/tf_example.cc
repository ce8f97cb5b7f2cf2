#include "files/tf_example.h"

#include <exception>
#include <limits>
#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "registry/check.h"

namespace t2t {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::pbf_writer;

// Example.features and Features.feature; key and value of its entries; the lists of a Feature; and
// what each list calls its values.
constexpr protozero::pbf_tag_type kFeatures = 1, kFeature = 1, kKey = 1, kValue = 2;
constexpr protozero::pbf_tag_type kBytesList = 1, kFloatList = 2, kInt64List = 3, kItem = 1;

constexpr size_t kMaxBytes = std::numeric_limits<int32_t>::max();

std::string EncodeList(const std::vector<std::string>& items) {
  std::string bytes;
  pbf_writer list(bytes);
  for (const std::string& item : items) list.add_bytes(kItem, item);
  return bytes;
}

std::string EncodeList(const std::vector<float>& items) {
  std::string bytes;
  pbf_writer(bytes).add_packed_float(kItem, items.begin(), items.end());
  return bytes;
}

std::string EncodeList(const std::vector<int64_t>& items) {
  std::string bytes;
  pbf_writer(bytes).add_packed_int64(kItem, items.begin(), items.end());
  return bytes;
}

// Lists of the same kind within one Feature are joined and another kind replaces them: the rule of
// protocol buffers for a oneof.
template <typename T>
std::vector<T>& ListOf(Feature& feature) {
  if (!std::holds_alternative<std::vector<T>>(feature.values)) feature.values = std::vector<T>();
  return std::get<std::vector<T>>(feature.values);
}

void DecodeList(pbf_reader list, std::vector<std::string>* items) {
  while (list.next()) {
    if (list.tag_and_type() == tag_and_type(kItem, pbf_wire_type::length_delimited)) {
      items->push_back(list.get_bytes());
    } else {
      list.skip();
    }
  }
}

void DecodeList(pbf_reader list, std::vector<float>* items) {
  while (list.next()) {
    if (list.tag_and_type() == tag_and_type(kItem, pbf_wire_type::length_delimited)) {
      const auto packed = list.get_packed_float();
      items->insert(items->end(), packed.begin(), packed.end());
    } else if (list.tag_and_type() == tag_and_type(kItem, pbf_wire_type::fixed32)) {
      items->push_back(list.get_float());
    } else {
      list.skip();
    }
  }
}

void DecodeList(pbf_reader list, std::vector<int64_t>* items) {
  while (list.next()) {
    if (list.tag_and_type() == tag_and_type(kItem, pbf_wire_type::length_delimited)) {
      const auto packed = list.get_packed_int64();
      for (auto item = packed.begin(); item != packed.end(); ++item) items->push_back(*item);
    } else if (list.tag_and_type() == tag_and_type(kItem, pbf_wire_type::varint)) {
      items->push_back(list.get_int64());
    } else {
      list.skip();
    }
  }
}

void DecodeFeature(pbf_reader message, Feature* feature) {
  while (message.next()) {
    if (message.wire_type() != pbf_wire_type::length_delimited) {
      message.skip();
      continue;
    }
    switch (message.tag()) {
      case kBytesList:
        DecodeList(message.get_message(), &ListOf<std::string>(*feature));
        break;
      case kFloatList:
        DecodeList(message.get_message(), &ListOf<float>(*feature));
        break;
      case kInt64List:
        DecodeList(message.get_message(), &ListOf<int64_t>(*feature));
        break;
      default:
        message.skip();
    }
  }
}

// Calls decode for each length-delimited field of that tag and skips the rest.
template <typename Decode>
void ForEachMessage(pbf_reader message, protozero::pbf_tag_type tag, Decode decode) {
  while (message.next()) {
    if (message.tag_and_type() == tag_and_type(tag, pbf_wire_type::length_delimited)) {
      decode(message.get_message());
    } else {
      message.skip();
    }
  }
}

std::pair<std::string, Feature> DecodeEntry(pbf_reader message) {
  std::pair<std::string, Feature> entry;
  while (message.next()) {
    if (message.wire_type() == pbf_wire_type::length_delimited && message.tag() == kKey) {
      entry.first = message.get_string();
    } else if (message.wire_type() == pbf_wire_type::length_delimited && message.tag() == kValue) {
      DecodeFeature(message.get_message(), &entry.second);
    } else {
      message.skip();
    }
  }
  return entry;
}

}  // namespace

std::string EncodeTfExample(const Features& features) {
  std::string map;
  for (const auto& [name, feature] : features) {
    // Whole strings rather than nested writers: those drop a message without bytes, and with it the
    // difference between an empty list and none.
    std::string value;
    pbf_writer(value).add_message(
        static_cast<protozero::pbf_tag_type>(feature.values.index() + 1),
        std::visit([](const auto& items) { return EncodeList(items); }, feature.values));
    std::string entry;
    pbf_writer writer(entry);
    writer.add_string(kKey, name);
    writer.add_message(kValue, value);
    T2T_CHECK(entry.size() < kMaxBytes)
        << "feature '" << name << "' has " << entry.size() << " bytes";
    pbf_writer(map).add_message(kFeature, entry);
  }
  T2T_CHECK(map.size() < kMaxBytes) << "the features have " << map.size() << " bytes";
  std::string bytes;
  pbf_writer(bytes).add_message(kFeatures, map);
  return bytes;
}

absl::StatusOr<Features> DecodeTfExample(std::string_view bytes) {
  if (bytes.size() > kMaxBytes) {
    return absl::InvalidArgumentError(absl::StrCat("a tf.Example has less than ", kMaxBytes,
                                                   " bytes, this one has ", bytes.size()));
  }
  Features features;
  try {
    ForEachMessage(pbf_reader(bytes.data(), bytes.size()), kFeatures, [&](pbf_reader map) {
      ForEachMessage(map, kFeature, [&](pbf_reader message) {
        auto [name, feature] = DecodeEntry(message);
        features.insert_or_assign(std::move(name), std::move(feature));
      });
    });
  } catch (const protozero::exception& error) {
    return absl::DataLossError(absl::StrCat("the ", bytes.size(), " bytes are no tf.Example after ",
                                            features.size(), " features: ", error.what()));
  }
  return features;
}

}  // namespace t2t
