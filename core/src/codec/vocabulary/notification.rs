//! Names of what notifications have in bits (OMA-TS-DM_Notification-V1_2_1 §6.2,
//! OMA-TS-DS_Notification-V1_2 §6.2).

/// Name of a synchronisation that a server asks for, by its alert code (SyncML Representation
/// Protocol, alert codes).
pub fn sync_name(alert_code: u16) -> &'static str {
    match alert_code {
        206 => "two-way by server",
        207 => "one-way from client by server",
        208 => "refresh from client by server",
        209 => "one-way from server by server",
        210 => "refresh from server by server",
        _ => "unknown",
    }
}
