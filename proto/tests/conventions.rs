//! Conventions of the contract.

use prost::Message;
use prost_types::{
    DescriptorProto, FileDescriptorSet, field_descriptor_proto::Type, field_options::JsType,
};

/// Fields that do not follow the convention yet.
const EXCEPTIONS: [&str; 1] = ["kreis.auth.v1.ListSessionsRequest.user_id"];

#[test]
fn browsers_get_numbers_of_64_bits_as_text() {
    let set = FileDescriptorSet::decode(kreis_proto::FILE_DESCRIPTOR_SET).unwrap();
    let own = set.file.iter();
    let own = own.filter(|file| file.package().starts_with("kreis."));
    let mut wrong = Vec::new();
    for file in own {
        for message in &file.message_type {
            check(
                &format!("{}.{}", file.package(), message.name()),
                message,
                &mut wrong,
            );
        }
    }
    assert!(
        wrong.is_empty(),
        "these fields lack `jstype = JS_STRING`: {wrong:?}"
    );
}

/// Collects the fields of a message and of the messages within it.
fn check(path: &str, message: &DescriptorProto, wrong: &mut Vec<String>) {
    for field in &message.field {
        let has_64_bits = matches!(
            field.r#type(),
            Type::Int64 | Type::Uint64 | Type::Sint64 | Type::Fixed64 | Type::Sfixed64
        );
        let is_text = field
            .options
            .as_ref()
            .is_some_and(|options| options.jstype() == JsType::JsString);
        let name = format!("{path}.{}", field.name());
        if has_64_bits && !is_text && !EXCEPTIONS.contains(&name.as_str()) {
            wrong.push(name);
        }
    }
    for nested in &message.nested_type {
        check(&format!("{path}.{}", nested.name()), nested, wrong);
    }
}
