//! From tokens to an expression.
//!
//! The grammar is that of the language's specification; macros are recognised by their names. The depth of what comes out
//! is bounded, whatever makes it: brackets, operators one after the other, a chain of members.

use super::ParseError;
use super::ast::{Bind, Expr, Loop, LoopKind};
use super::token::{Token, tokens};
use gitopsc_core::EcoString;

/// How deep an expression may be.
const MOST_DEEP: usize = 96;

/// What stands before a dot without being a value.
const NAMESPACES: [&str; 6] = ["base64", "cel", "math", "optional", "sets", "strings"];

/// Operators by how tight they bind, the loosest first.
const LEVELS: [&[&str]; 3] = [
    &["==", "!=", "<", "<=", ">", ">=", "in"],
    &["+", "-"],
    &["*", "/", "%"],
];

/// An expression and how deep it is.
type Deep = (Expr, usize);

/// Parses `text`.
pub(super) fn parse(text: &str) -> Result<Expr, ParseError> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
        open: 0,
    };
    let (expr, _) = parser.conditional()?;
    match parser.peek() {
        Token::End => Ok(expr),
        _ => Err(parser.unexpected()),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    /// How many expressions are being parsed inside each other.
    open: usize,
}

impl Parser {
    fn peek(&self) -> &Token {
        self.tokens.get(self.at).unwrap_or(&Token::End)
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn is(&self, symbol: &str) -> bool {
        matches!(self.peek(), Token::Symbol(found) if *found == symbol)
    }

    fn take(&mut self, symbol: &str) -> bool {
        let found = self.is(symbol);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, symbol: &str) -> Result<(), ParseError> {
        if self.take(symbol) {
            return Ok(());
        }
        Err(self.unexpected())
    }

    fn unexpected(&self) -> ParseError {
        let found = match self.peek() {
            Token::Literal(_) => "a literal".to_owned(),
            Token::Name(name) => format!("`{name}`"),
            Token::Symbol(symbol) => format!("`{symbol}`"),
            Token::End => "its end".to_owned(),
        };
        ParseError(format!("{found} is not expected in the expression"))
    }

    fn conditional(&mut self) -> Result<Deep, ParseError> {
        self.open += 1;
        if self.open > MOST_DEEP {
            return Err(too_deep());
        }
        let condition = self.or()?;
        let whole = if self.take("?") {
            let then = self.or()?;
            self.expect(":")?;
            let other = self.conditional()?;
            deeper([condition, then, other], |three| {
                Expr::Conditional(Box::new(three))
            })?
        } else {
            condition
        };
        self.open -= 1;
        Ok(whole)
    }

    fn or(&mut self) -> Result<Deep, ParseError> {
        self.several("||", Parser::and, Expr::Or)
    }

    fn and(&mut self) -> Result<Deep, ParseError> {
        self.several("&&", |parser| parser.binary(0), Expr::And)
    }

    /// One or more of `part` with `symbol` between them, as one expression.
    fn several(
        &mut self,
        symbol: &str,
        part: impl Fn(&mut Parser) -> Result<Deep, ParseError>,
        whole: impl Fn(Vec<Expr>) -> Expr,
    ) -> Result<Deep, ParseError> {
        let (first, mut depth) = part(self)?;
        if !self.is(symbol) {
            return Ok((first, depth));
        }
        let mut parts = vec![first];
        while self.take(symbol) {
            let (next, deep) = part(self)?;
            depth = depth.max(deep);
            parts.push(next);
        }
        bounded(whole(parts), depth + 1)
    }

    fn binary(&mut self, level: usize) -> Result<Deep, ParseError> {
        let Some(operators) = LEVELS.get(level) else {
            return self.unary();
        };
        let mut left = self.binary(level + 1)?;
        loop {
            let found = operators.iter().find(|operator| self.is(operator));
            let Some(operator) = found else {
                return Ok(left);
            };
            self.at += 1;
            let right = self.binary(level + 1)?;
            left = deeper([left, right], |pair| Expr::Binary(operator, Box::new(pair)))?;
        }
    }

    fn unary(&mut self) -> Result<Deep, ParseError> {
        for (symbol, twice) in [("!", true), ("-", false)] {
            let mut count = 0;
            while self.take(symbol) {
                count += 1;
            }
            if count > 0 {
                let inner = self.member()?;
                if count % 2 == 0 {
                    return Ok(inner);
                }
                return deeper([inner], |[inner]| {
                    let inner = Box::new(inner);
                    if twice { Expr::Not(inner) } else { Expr::Negative(inner) }
                });
            }
        }
        self.member()
    }

    fn member(&mut self) -> Result<Deep, ParseError> {
        let mut whole = self.primary()?;
        loop {
            if self.take(".?") {
                let field = self.name()?;
                whole = select(whole, field, true)?;
            } else if self.take(".") {
                let field = self.name()?;
                whole = if self.take("(") {
                    self.call(Some(whole), &field)?
                } else {
                    select(whole, field, false)?
                };
            } else if self.is("[") || self.is("[?") {
                let optional = self.next() == Token::Symbol("[?");
                let index = self.conditional()?;
                self.expect("]")?;
                whole = deeper([whole, index], |pair| {
                    let pair = Box::new(pair);
                    Expr::Index { pair, optional }
                })?;
            } else {
                return Ok(whole);
            }
        }
    }

    fn primary(&mut self) -> Result<Deep, ParseError> {
        match self.peek().clone() {
            Token::Literal(value) => {
                self.at += 1;
                Ok((Expr::Literal(value), 1))
            }
            Token::Name(name) => {
                self.at += 1;
                if self.take("(") {
                    return self.call(None, &name);
                }
                Ok((Expr::Variable(name.into()), 1))
            }
            Token::Symbol("(") => {
                self.at += 1;
                let inner = self.conditional()?;
                self.expect(")")?;
                Ok(inner)
            }
            Token::Symbol("[") => {
                self.at += 1;
                let items = self.arguments("]")?;
                let depth = depth_of(&items);
                let items = items.into_iter().map(|(item, _)| item).collect();
                bounded(Expr::List(items), depth + 1)
            }
            Token::Symbol("{") => {
                self.at += 1;
                self.map()
            }
            _ => Err(self.unexpected()),
        }
    }

    fn map(&mut self) -> Result<Deep, ParseError> {
        let (mut entries, mut depth) = (Vec::new(), 0);
        while !self.take("}") {
            let key = self.conditional()?;
            self.expect(":")?;
            let value = self.conditional()?;
            depth = depth.max(key.1).max(value.1);
            entries.push([key.0, value.0]);
            if !self.take(",") {
                self.expect("}")?;
                break;
            }
        }
        bounded(Expr::Map(entries), depth + 1)
    }

    fn name(&mut self) -> Result<EcoString, ParseError> {
        match self.next() {
            Token::Name(name) => Ok(name.into()),
            // A reserved word is a name behind a dot.
            Token::Symbol("in") => Ok("in".into()),
            _ => Err(self.unexpected()),
        }
    }

    fn arguments(&mut self, end: &str) -> Result<Vec<Deep>, ParseError> {
        let mut arguments = Vec::new();
        while !self.take(end) {
            arguments.push(self.conditional()?);
            if !self.take(",") {
                self.expect(end)?;
                break;
            }
        }
        Ok(arguments)
    }

    /// A call whose bracket is open: a macro, a function, or a method of `target`.
    fn call(&mut self, target: Option<Deep>, name: &str) -> Result<Deep, ParseError> {
        let mut arguments = self.arguments(")")?;
        let depth = depth_of(&arguments);
        let namespace = match &target {
            Some((Expr::Variable(name), _)) if NAMESPACES.contains(&name.as_str()) => {
                Some(name.clone())
            }
            _ => None,
        };
        if let Some(namespace) = namespace {
            let full = format!("{namespace}.{name}");
            if full == "cel.bind" {
                return bind(arguments, Bind::Plain);
            }
            return bounded(function(&full, false, arguments), depth + 1);
        }
        let Some(target) = target else {
            if name == "has" {
                return has(arguments);
            }
            return bounded(function(name, false, arguments), depth + 1);
        };
        if let Some(kind) = loop_kind(name, arguments.len()) {
            return loop_over(target, kind, name, arguments);
        }
        let how = match name {
            "optMap" => Some(Bind::Map),
            "optFlatMap" => Some(Bind::FlatMap),
            _ => None,
        };
        if let (Some(how), 2) = (how, arguments.len()) {
            arguments.insert(1, target);
            return bind(arguments, how);
        }
        let depth = depth.max(target.1);
        arguments.insert(0, target);
        bounded(function(name, true, arguments), depth + 1)
    }
}

fn function(name: &str, member: bool, arguments: Vec<Deep>) -> Expr {
    Expr::Call {
        name: name.into(),
        member,
        arguments: arguments.into_iter().map(|(argument, _)| argument).collect(),
    }
}

fn select(of: Deep, field: EcoString, optional: bool) -> Result<Deep, ParseError> {
    deeper([of], |[of]| {
        let of = Box::new(of);
        Expr::Select {
            of,
            field,
            optional,
        }
    })
}

fn has(arguments: Vec<Deep>) -> Result<Deep, ParseError> {
    let mut arguments = arguments.into_iter();
    match (arguments.next(), arguments.next()) {
        (Some((Expr::Select { of, field, .. }, depth)), None) => {
            Ok((Expr::Has { of, field }, depth))
        }
        _ => Err(ParseError("has() asks for a field".to_owned())),
    }
}

/// The macro of this name with so many arguments.
fn loop_kind(name: &str, arguments: usize) -> Option<LoopKind> {
    Some(match (name, arguments) {
        ("all", 2 | 3) => LoopKind::All,
        ("exists", 2 | 3) => LoopKind::Exists,
        ("exists_one", 2) | ("existsOne", 2 | 3) => LoopKind::ExistsOne,
        ("map", 2 | 3) | ("transformList", 3 | 4) => LoopKind::Map,
        ("filter", 2) => LoopKind::Filter,
        ("transformMap", 3 | 4) => LoopKind::TransformMap,
        _ => return None,
    })
}

fn loop_over(
    over: Deep,
    kind: LoopKind,
    macro_name: &str,
    arguments: Vec<Deep>,
) -> Result<Deep, ParseError> {
    let depth = depth_of(&arguments).max(over.1);
    let mut rest = arguments.into_iter().map(|(argument, _)| argument).collect::<Vec<_>>();
    let body = rest.pop().ok_or_else(no_name)?;
    let two = macro_name.starts_with("transform")
        || (matches!(kind, LoopKind::All | LoopKind::Exists | LoopKind::ExistsOne) && rest.len() == 2);
    let mut rest = rest.into_iter();
    let first = variable(rest.next())?;
    let names = if two {
        (Some(first), variable(rest.next())?)
    } else {
        (None, first)
    };
    let whole = Loop {
        kind,
        over: over.0,
        names,
        filter: rest.next(),
        body,
    };
    bounded(Expr::Loop(Box::new(whole)), depth + 1)
}

/// `name, value, body`.
fn bind(arguments: Vec<Deep>, how: Bind) -> Result<Deep, ParseError> {
    let mut arguments = arguments.into_iter();
    let name = variable(arguments.next().map(|(name, _)| name))?;
    let (Some(value), Some(body)) = (arguments.next(), arguments.next()) else {
        return Err(no_name());
    };
    deeper([value, body], |pair| {
        let pair = Box::new(pair);
        Expr::Bind { name, how, pair }
    })
}

fn variable(expr: Option<Expr>) -> Result<EcoString, ParseError> {
    match expr {
        Some(Expr::Variable(name)) => Ok(name),
        _ => Err(no_name()),
    }
}

fn no_name() -> ParseError {
    ParseError("a macro needs the name of a variable".to_owned())
}

fn depth_of(parts: &[Deep]) -> usize {
    parts.iter().map(|(_, depth)| *depth).max().unwrap_or(0)
}

/// What `whole` makes of the parts, one level deeper.
fn deeper<const N: usize>(
    parts: [Deep; N],
    whole: impl FnOnce([Expr; N]) -> Expr,
) -> Result<Deep, ParseError> {
    let depth = depth_of(&parts);
    let parts = parts.map(|(part, _)| part);
    bounded(whole(parts), depth + 1)
}

fn bounded(expr: Expr, depth: usize) -> Result<Deep, ParseError> {
    if depth > MOST_DEEP {
        return Err(too_deep());
    }
    Ok((expr, depth))
}

fn too_deep() -> ParseError {
    ParseError("the expression nests too deep".to_owned())
}
