pub async fn is_async() -> u8 { //~ async
    1
}

pub fn is_hidden() -> impl Future<Output = u8> { //~ async
    std::future::ready(1)
}
