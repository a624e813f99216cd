//! Walking a schema beside a value: the shape of a kind, of a field, of the elements of a list.

use super::{Builtin, Schema, table};

/// What the schema says of one value. Copies are free.
#[derive(Clone, Copy, Debug)]
pub struct Shape<'s> {
    schema: &'s Schema,
    at: At,
}

#[derive(Clone, Copy, Debug)]
enum At {
    Builtin(u16),
    Custom(u32),
}

/// How a list is merged.
#[derive(Clone, Debug)]
pub struct MergedList<'s> {
    /// The fields that tell its elements apart; none for a set of scalars.
    pub keys: Vec<&'s str>,
    /// The shape of its elements, if that is described.
    pub elements: Option<Shape<'s>>,
}

/// How often a reference to a reference is followed; kyaml would follow a circle for ever.
const LONGEST_CHAIN: usize = 64;

/// The shape of whole objects of a kind.
pub(super) fn of_kind<'s>(schema: &'s Schema, api_version: &str, kind: &str) -> Option<Shape<'s>> {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let builtin = table::of_kind(group, version, kind);
    let custom = || {
        schema
            .description()?
            .of_kind(group, version, kind)
            .map(At::Custom)
    };
    let at = choose(schema, builtin, custom)?;
    Some(Shape { schema, at })
}

impl<'s> Shape<'s> {
    /// The shape of the field `name`; nothing if it is not described, or is one in which nothing merges.
    #[must_use]
    pub fn field(self, name: &str) -> Option<Shape<'s>> {
        match self.at {
            At::Builtin(shape) => self.builtin(table::field(shape, name)?),
            At::Custom(shape) => self.custom(self.schema.description()?.field(shape, name)?),
        }
    }

    /// How the list of this shape is merged; nothing if lists of this shape are replaced.
    #[must_use]
    pub fn merged_list(self) -> Option<MergedList<'s>> {
        match self.at {
            At::Builtin(shape) => {
                let (keys, elements) = table::merged_list(shape)?;
                Some(MergedList {
                    keys: keys.to_vec(),
                    elements: self.builtin(elements),
                })
            }
            At::Custom(shape) => {
                let description = self.schema.description()?;
                let keys = description
                    .merge_keys(shape)?
                    .iter()
                    .map(|key| key.as_str())
                    .collect();
                let elements = description
                    .elements(shape)
                    .and_then(|elements| self.custom(elements));
                Some(MergedList { keys, elements })
            }
        }
    }

    /// A shape that a built-in one leads to: the user's definition of that name may have taken its place.
    fn builtin(self, shape: u16) -> Option<Shape<'s>> {
        match table::name(shape).filter(|_| self.schema.custom.is_some()) {
            Some(name) => definition(self.schema, name),
            None => Some(Shape {
                at: At::Builtin(shape),
                ..self
            }),
        }
    }

    /// A shape that one of the user's leads to, references followed.
    fn custom(self, mut shape: u32) -> Option<Shape<'s>> {
        let description = self.schema.description()?;
        for _ in 0..LONGEST_CHAIN {
            let Some(name) = description.reference(shape) else {
                return Some(Shape {
                    at: At::Custom(shape),
                    ..self
                });
            };
            match definition(self.schema, name)?.at {
                At::Custom(next) => shape = next,
                at => return Some(Shape { at, ..self }),
            }
        }
        None
    }
}

fn definition<'s>(schema: &'s Schema, name: &str) -> Option<Shape<'s>> {
    let custom = || schema.description()?.definition(name).map(At::Custom);
    let at = choose(schema, table::definition(name), custom)?;
    Some(Shape { schema, at })
}

/// The built-in shape or the user's, by where the built-in schema stands.
fn choose(schema: &Schema, builtin: Option<u16>, custom: impl Fn() -> Option<At>) -> Option<At> {
    let own = builtin.filter(|shape| table::is_own(*shape));
    if own.is_some() {
        return own.map(At::Builtin);
    }
    match schema.builtin_stands() {
        Builtin::Absent => custom(),
        Builtin::Below => custom().or(builtin.map(At::Builtin)),
        Builtin::Above => builtin.map(At::Builtin).or_else(custom),
    }
}
